using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using NerService.Contracts.V1;
using NerService.Protocol.Errors;
using Status = Google.Rpc.Status;

namespace NerService.Server.Calls;

/// <summary>What is wrong with a request: every violation at once, but not more than a reader wants.</summary>
/// <param name="inJson">Whether fields, given by their proto names, are named by their JSON names.</param>
internal sealed partial class Violations(bool inJson = false)
{
    /// <summary>Violations that are spelled out; the rest are counted.</summary>
    internal const int MaxSpelledOut = 50;

    private readonly List<BadRequest.Types.FieldViolation> _spelledOut = [];
    private Status? _first;

    internal int Count { get; private set; }

    /// <summary>A field holds more than it may.</summary>
    internal void Exceeds(string field, ErrorReason reason, int found, int limit, string unit) =>
        Add(
            field,
            reason,
            $"It has {found} {unit}; the limit is {limit}.",
            ("limit", limit.ToString(CultureInfo.InvariantCulture)),
            ("found", found.ToString(CultureInfo.InvariantCulture))
        );

    /// <summary>A field has a value that is not allowed.</summary>
    internal void Invalid(string field, string description) => Add(field, ErrorReason.InvalidField, description);

    /// <summary>Adds a violation; the field joins its metadata.</summary>
    internal void Add(string field, ErrorReason reason, string description, params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        field = NameOf(field);
        _first ??= ErrorTable.Make(reason, $"{field}: {description}", [("field", field), .. metadata]);
        if (Count++ < MaxSpelledOut)
            _spelledOut.Add(
                new BadRequest.Types.FieldViolation
                {
                    Field = field,
                    Description = description,
                    Reason = ErrorTable.NameOf(reason),
                }
            );
    }

    /// <summary>The name by which a field, or the path to one, is told. The key of a map stands in quotes and is not the contract's.</summary>
    internal string NameOf(string field) =>
        !inJson ? field
        : field.IndexOf('"', StringComparison.Ordinal) is >= 0 and var key ? ToJson(field[..key]) + field[key..]
        : ToJson(field);

    /// <summary>Takes over what was found elsewhere.</summary>
    internal void Add(Violations others)
    {
        _first ??= others._first;
        _spelledOut.AddRange(others._spelledOut.Take(Math.Max(0, MaxSpelledOut - _spelledOut.Count)));
        Count += others.Count;
    }

    /// <summary>INVALID_ARGUMENT with the first violation's reason and all of them in a BadRequest.</summary>
    internal Status ToStatus()
    {
        var detail = new BadRequest();
        detail.FieldViolations.AddRange(_spelledOut);
        if (Count > MaxSpelledOut)
            detail.FieldViolations.Add(
                new BadRequest.Types.FieldViolation { Field = "", Description = $"{Count - MaxSpelledOut} more violations are not listed." }
            );
        var status = _first!.Clone();
        if (Count > 1)
            status.Message += $" (and {Count - 1} more)";
        status.Details.Add(Any.Pack(detail));
        return status;
    }

    private static string ToJson(string field) => Underscore().Replace(field, match => match.Groups[1].Value.ToUpperInvariant());

    [GeneratedRegex("_([a-z])")]
    private static partial Regex Underscore();
}
