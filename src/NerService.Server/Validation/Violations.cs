using Google.Rpc;

namespace NerService.Server.Validation;

/// <summary>What is wrong with a request: every violation at once, but not more than a reader wants.</summary>
internal sealed class Violations
{
    /// <summary>Violations that are spelled out; the rest are counted.</summary>
    internal const int MaxSpelledOut = 50;

    private readonly List<BadRequest.Types.FieldViolation> _spelledOut = [];

    internal int Count { get; private set; }

    internal void Add(string field, string description)
    {
        if (Count++ < MaxSpelledOut) _spelledOut.Add(new BadRequest.Types.FieldViolation { Field = field, Description = description });
    }

    /// <summary>INVALID_ARGUMENT with a BadRequest detail.</summary>
    internal Google.Rpc.Status ToStatus()
    {
        var detail = new BadRequest();
        detail.FieldViolations.AddRange(_spelledOut);
        var first = _spelledOut[0];
        var rest = Count == 1 ? "" : $" (and {Count - 1} more)";
        if (Count > MaxSpelledOut) detail.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = "", Description = $"{Count - MaxSpelledOut} more violations are not listed." });
        return new Google.Rpc.Status
        {
            Code = (int)Code.InvalidArgument,
            Message = first.Field.Length == 0 ? first.Description + rest : $"{first.Field}: {first.Description}{rest}",
            Details = { Google.Protobuf.WellKnownTypes.Any.Pack(detail) },
        };
    }
}
