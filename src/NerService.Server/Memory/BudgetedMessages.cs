using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using NerService.Server.Calls;
using NerService.Server.Errors;
using NerService.Server.Options;

namespace NerService.Server.Memory;

/// <summary>
/// The messages of a gRPC request, read within the budget. A message that claims to be larger than is allowed is refused by its header, before it is
/// read. gRPC consumes whole messages only, so what is left unconsumed is always the beginning of one.
/// </summary>
/// <param name="context">The request.</param>
/// <param name="inner">Its body.</param>
/// <param name="budget">The budget; null for a service that reads whatever room there is, since its messages are small.</param>
/// <param name="isStream">Whether further messages may come.</param>
/// <param name="limits">The limits that errors name.</param>
/// <param name="maxBytes">Bytes of a message.</param>
internal sealed class BudgetedMessages(HttpContext context, PipeReader inner, ByteBudget? budget, bool isStream, LimitsOptions limits, int maxBytes)
    : PipeReader
{
    /// <summary>A flag and four bytes of length.</summary>
    private const int HeaderBytes = 5;

    private ReadOnlySequence<byte> _latest;
    private bool _hasBegun;
    private volatile Google.Rpc.Status? _refusal;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        // The rest of a message that has begun goes before a document that can wait.
        var reader = isStream && !_hasBegun ? Reader.Stream : Reader.Call;
        if (budget is not null && !await budget.WaitForRoomAsync(reader, cancellationToken))
            throw Refused(MessageErrors.NoRoom(limits));
        using var peer = _hasBegun ? budget?.AwaitPeer(() => Refuse(MessageErrors.NoRoom(limits))) : null;
        try
        {
            var read = await inner.ReadAsync(cancellationToken);
            return _refusal is { } refusal ? throw Refused(refusal) : Look(read);
        }
        catch (Exception e) when (MessageErrors.TellsOfLeaving(e))
        {
            throw Refused(MessageErrors.Left());
        }
    }

    /// <summary>Reads no more: the read that is under way, or the next one, fails with a status.</summary>
    internal void Refuse(Google.Rpc.Status status)
    {
        _refusal = status;
        inner.CancelPendingRead();
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
            return false;
        result = Look(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _hasBegun = !_latest.Slice(consumed).IsEmpty;
        _latest = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Look(ReadResult read)
    {
        _latest = read.Buffer;
        if (read.Buffer.Length < HeaderBytes)
            return read;
        Span<byte> header = stackalloc byte[HeaderBytes];
        read.Buffer.Slice(0, HeaderBytes).CopyTo(header);
        return BinaryPrimitives.ReadUInt32BigEndian(header[1..]) <= maxBytes ? read : throw Refused(MessageErrors.TooLarge(maxBytes));
    }

    private RpcException Refused(Google.Rpc.Status status)
    {
        context.Features.Set(StatusIsFinal.Instance);
        return status.ToRpcException();
    }
}
