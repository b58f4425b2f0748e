using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using NerService.Server.Errors;
using NerService.Server.Options;

namespace NerService.Server.Memory;

/// <summary>
/// The messages of a gRPC request, read within the budget. A message that claims to be larger than is allowed is refused by its header, before it is
/// read; one that is compressed counts as the largest that it may expand to, from when it is whole until it is read. gRPC consumes whole messages
/// only, so what is left unconsumed is always the beginning of one.
/// </summary>
/// <param name="context">The request.</param>
/// <param name="inner">Its body.</param>
/// <param name="budget">The budget.</param>
/// <param name="isStream">Whether further messages may come.</param>
/// <param name="isSmall">Whether its messages are so small that they are read whatever room there is.</param>
/// <param name="maxBytes">Bytes of a message.</param>
/// <param name="limits">The limits that errors name.</param>
internal sealed class BudgetedMessages(
    HttpContext context,
    PipeReader inner,
    ByteBudget budget,
    bool isStream,
    bool isSmall,
    int maxBytes,
    LimitsOptions limits
) : PipeReader, IRequestBodyPipeFeature, IDisposable
{
    /// <summary>A flag and four bytes of length.</summary>
    private const int HeaderBytes = 5;

    private ReadOnlySequence<byte> _latest;
    private bool _hasBegun;
    private ByteBudget.Held? _expanded;
    private volatile Google.Rpc.Status? _refusal;

    PipeReader IRequestBodyPipeFeature.Reader => this;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        // The rest of a message that has begun goes before a document that can wait.
        var reader = isStream && !_hasBegun ? Reader.Stream : Reader.Call;
        if (!isSmall && !await budget.WaitForRoomAsync(reader, cancellationToken))
            throw Refused(MessageErrors.NoRoom(limits));
        var read = await ReadOnAsync(cancellationToken);
        if (!IsWholeAndCompressed(read))
            return read;
        if (!isSmall && !await budget.WaitForRoomAsync(Reader.Call, cancellationToken, limits.MaxMessageBytes))
            throw Refused(MessageErrors.NoRoom(limits));
        _expanded = budget.Hold(limits.MaxMessageBytes);
        return read;
    }

    /// <summary>Reads no more: the read that is under way, or the next one, fails with a status.</summary>
    internal void Refuse(Google.Rpc.Status status)
    {
        _refusal = status;
        inner.CancelPendingRead();
    }

    public override bool TryRead(out ReadResult result)
    {
        // A read may have to wait, for room if not for bytes.
        result = default;
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _hasBegun = !_latest.Slice(consumed).IsEmpty;
        _latest = default;
        _expanded?.Dispose();
        _expanded = null;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    /// <summary>The request is over: a message that could not be decompressed holds nothing any more.</summary>
    public void Dispose() => _expanded?.Dispose();

    private async ValueTask<ReadResult> ReadOnAsync(CancellationToken cancellationToken)
    {
        using var peer = _hasBegun && !isSmall ? budget.AwaitPeer(() => Refuse(MessageErrors.NoRoom(limits))) : null;
        try
        {
            var read = await inner.ReadAsync(cancellationToken);
            return _refusal is { } refusal ? throw Refused(refusal) : read;
        }
        catch (Exception e) when (MessageErrors.IsDisconnect(e))
        {
            throw Refused(MessageErrors.CallerLeft());
        }
    }

    /// <summary>Reads the header of the next message.</summary>
    /// <returns>Whether the message is there as a whole and compressed.</returns>
    private bool IsWholeAndCompressed(ReadResult read)
    {
        _latest = read.Buffer;
        if (read.Buffer.Length < HeaderBytes)
            return false;
        Span<byte> header = stackalloc byte[HeaderBytes];
        read.Buffer.Slice(0, HeaderBytes).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > maxBytes)
            throw Refused(MessageErrors.TooLarge(maxBytes));
        return header[0] != 0 && read.Buffer.Length >= HeaderBytes + length;
    }

    private RpcException Refused(Google.Rpc.Status status)
    {
        context.Features.Set(status);
        return status.ToRpcException();
    }
}
