using Google.Rpc;
using NerService.Contracts.V1;
using NerService.Extraction.Snapshots;
using NerService.Protocol.Errors;

namespace NerService.Protocol.Tests.Errors;

public sealed class ErrorTableTests
{
    public static TheoryData<ErrorReason> Reasons => [.. Enum.GetValues<ErrorReason>().Where(reason => reason != ErrorReason.Unspecified)];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_reason_has_a_rule_and_its_error_leads_back_to_it(ErrorReason reason)
    {
        var rule = ErrorTable.RuleOf(reason);
        Assert.Same(rule, ErrorTable.RuleOf(ErrorTable.Make(reason, "Why.")));
        Assert.InRange(rule.HttpStatus, 400, 599);
        // What is permanent is never RESOURCE_EXHAUSTED or UNAVAILABLE, which callers take for passing.
        Assert.Equal(rule.Retry, rule.Code is Code.ResourceExhausted or Code.Unavailable);
    }

    [Fact]
    public void An_error_of_another_domain_has_no_rule()
    {
        var status = ErrorTable.Make(ErrorReason.QueueFull, "Why.");
        Assert.Null(ErrorTable.RuleOf(new Status { Code = status.Code }));
        status.Details[0] = Google.Protobuf.WellKnownTypes.Any.Pack(new ErrorInfo { Reason = "QUEUE_FULL", Domain = "elsewhere" });
        Assert.Null(ErrorTable.RuleOf(status));
    }

    [Fact]
    public async Task The_documentation_lists_every_reason_with_its_codes_and_metadata()
    {
        var page = await File.ReadAllTextAsync(ContentLocator.Resolve("docs/errors.md"), TestContext.Current.CancellationToken);
        foreach (var reason in ErrorTable.All)
        {
            var rule = ErrorTable.RuleOf(reason);
            var (retry, metadata) = (rule.Retry ? "yes" : "no", string.Join(", ", rule.Metadata));
            Assert.Contains(
                $"| `{ErrorTable.NameOf(reason)}` | {Name(rule.Code)} | {rule.HttpStatus} | {retry} | {metadata} |",
                page,
                StringComparison.Ordinal
            );
        }

        static string Name(Code code) =>
            string.Concat(code.ToString().Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $"_{c}" : char.ToUpperInvariant(c).ToString()));
    }
}
