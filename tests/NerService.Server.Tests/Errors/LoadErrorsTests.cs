using NerService.Inference.Models;
using NerService.Server.Errors;

namespace NerService.Server.Tests.Errors;

public sealed class LoadErrorsTests
{
    private static readonly string[] Paths = ["/srv/ner data/models/arabic-news", "/srv/ner data/own.tsv"];

    [Theory]
    [InlineData("'/srv/ner data/models/arabic-news': file 'model.onnx' is missing.", "'arabic-news': file 'model.onnx' is missing.")]
    [InlineData("/srv/ner data/own.tsv:7: the type 'X' is not known.", "own.tsv:7: the type 'X' is not known.")]
    [InlineData("Could not find file '/srv/ner data/models/arabic-news/labels.json'.", "Could not find file 'arabic-news/labels.json'.")]
    // A link's target lies elsewhere.
    [InlineData("Access to the path '/var/lib/secret/own.tsv' is denied.", "Access to the path 'own.tsv' is denied.")]
    [InlineData(@"Access to the path 'C:\ner\own.tsv' is denied.", "Access to the path 'own.tsv' is denied.")]
    [InlineData("The limit is 5/8 of it, and/or http://example.org/a stays.", "The limit is 5/8 of it, and/or http://example.org/a stays.")]
    public void Callers_are_told_what_was_wrong_but_not_where_the_files_lie(string message, string told)
    {
        Assert.Equal(told, LoadErrors.ForCallers(new ModelLoadException(message), Paths));
        Assert.Equal(message, LoadErrors.ForOperators(new ModelLoadException(message)));
    }

    [Fact]
    public void What_the_service_does_not_know_is_told_to_operators_only()
    {
        var error = new InvalidCastException("at /srv/ner data/models/arabic-news");
        Assert.DoesNotContain("srv", LoadErrors.ForCallers(error, Paths), StringComparison.Ordinal);
        Assert.Contains("InvalidCastException: at /srv", LoadErrors.ForOperators(error), StringComparison.Ordinal);
    }
}
