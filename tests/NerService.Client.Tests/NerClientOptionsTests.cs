namespace NerService.Client.Tests;

public sealed class NerClientOptionsTests
{
    [Theory]
    [InlineData("ftp://somewhere", "ftp://somewhere")]
    [InlineData("http://a:1 https://b:2", "mixes http and https")]
    [InlineData("dns:///a:1 dns:///b:1", "holds 2 dns addresses; allowed is one")]
    public void Addresses_that_make_no_sense_are_refused(string addresses, string message)
    {
        var options = new NerClientOptions();
        foreach (var address in addresses.Split(' '))
            options.Addresses.Add(new Uri(address));
        Assert.Contains(message, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
