using Google.Rpc;
using Microsoft.AspNetCore.Http;
using NerService.Server.Errors;

namespace NerService.Server.Tests.Errors;

public sealed class WireStatusTests
{
    // grpc-js, for one, leaves the escapes of commas and colons as they are.
    [Theory]
    [InlineData("It cannot be read: cut short, or not 'it'.", "It cannot be read: cut short, or not 'it'.")]
    [InlineData("99 %\n", "99 %25%0A")]
    [InlineData("غ", "%D8%BA")]
    public void A_message_is_escaped_as_far_as_grpc_asks_and_no_further(string message, string written)
    {
        var headers = new HeaderDictionary();
        WireStatus.Set(headers, new Status { Code = 3, Message = message });
        Assert.Equal(written, headers["grpc-message"].ToString());
        Assert.Equal(message, Uri.UnescapeDataString(written));
    }
}
