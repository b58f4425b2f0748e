using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using NerService.Contracts.V1;
using Status = Google.Rpc.Status;

namespace NerService.Protocol.Errors;

/// <summary>
/// The errors of the contract, as <c>errors.proto</c> lists them: what each reason's code and HTTP status are, and whether trying again can help.
/// </summary>
public static class ErrorTable
{
    /// <summary>The domain of every <see cref="ErrorInfo"/>.</summary>
    public const string Domain = "ner.v1";

    private const string Prefix = "ERROR_REASON_";

    private static readonly FrozenDictionary<ErrorReason, EnumValueDescriptor> Values = ErrorsReflection
        .Descriptor.FindTypeByName<EnumDescriptor>(nameof(ErrorReason))
        .Values.ToFrozenDictionary(value => (ErrorReason)value.Number);

    private static readonly FrozenDictionary<ErrorReason, ErrorRule> Rules = Values
        .Where(value => value.Key != ErrorReason.Unspecified)
        .ToFrozenDictionary(value => value.Key, value => value.Value.GetOptions().GetExtension(ErrorsExtensions.Error));

    private static readonly FrozenDictionary<string, ErrorReason> Reasons = Rules.Keys.ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>Every reason, in the order of <c>errors.proto</c>.</summary>
    public static IEnumerable<ErrorReason> All => Rules.Keys.Order();

    /// <summary>What <see cref="ErrorInfo.Reason"/> says: TEXT_TOO_LONG.</summary>
    public static string NameOf(ErrorReason reason) => Values[reason].Name[Prefix.Length..];

    /// <summary>How errors of a reason are told.</summary>
    public static ErrorRule RuleOf(ErrorReason reason) => Rules[reason];

    /// <summary>The rule of a reason by its name, TEXT_TOO_LONG; null when there is no such reason.</summary>
    public static ErrorRule? RuleOf(string name) => Reasons.TryGetValue(name, out var reason) ? Rules[reason] : null;

    /// <summary>The rule of an error by its <see cref="ErrorInfo"/>; null when it has none of ours.</summary>
    public static ErrorRule? RuleOf(Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.GetDetail<ErrorInfo>() is { Domain: Domain } info ? RuleOf(info.Reason) : null;
    }

    /// <summary>Makes an error.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="message">For people: what was wrong, the limit or value found. Neither a key of the configuration nor a name out of the
    /// program.</param>
    /// <param name="metadata">Values for the keys that the rule names.</param>
    public static Status Make(ErrorReason reason, string message, params ReadOnlySpan<(string Key, string Value)> metadata) =>
        Make(reason, message, TimeSpan.FromSeconds(1), metadata);

    /// <summary>Makes an error that says when trying again can help.</summary>
    /// <param name="reason">Why; where its rule knows no retry, <paramref name="retryAfter"/> has no effect.</param>
    /// <param name="message">For people.</param>
    /// <param name="retryAfter">How long to wait.</param>
    /// <param name="metadata">Values for the keys that the rule names.</param>
    public static Status Make(ErrorReason reason, string message, TimeSpan retryAfter, params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        var rule = Rules[reason];
        var info = new ErrorInfo { Reason = NameOf(reason), Domain = Domain };
        foreach (var (key, value) in metadata)
            info.Metadata[key] = value;
        var status = new Status
        {
            Code = (int)rule.Code,
            Message = message,
            Details = { Any.Pack(info) },
        };
        if (rule.Retry)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) }));
        return status;
    }
}
