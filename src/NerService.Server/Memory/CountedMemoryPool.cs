using System.Buffers;
using Microsoft.AspNetCore.Connections.Features;

namespace NerService.Server.Memory;

/// <summary>The pool from which the buffers of requests and answers come; what is rented is within the budget.</summary>
internal sealed class CountedMemoryPool(MemoryPool<byte> inner, ByteBudget budget) : MemoryPool<byte>, IMemoryPoolFeature
{
    MemoryPool<byte> IMemoryPoolFeature.MemoryPool => this;

    public override int MaxBufferSize => inner.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        var block = inner.Rent(minBufferSize);
        budget.Add(block.Memory.Length);
        return new Block(block, budget);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
    }

    private sealed class Block(IMemoryOwner<byte> inner, ByteBudget budget) : IMemoryOwner<byte>
    {
        private IMemoryOwner<byte>? _inner = inner;

        public Memory<byte> Memory => _inner?.Memory ?? throw new ObjectDisposedException(nameof(Block));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _inner, null) is not { } block)
                return;
            budget.Remove(block.Memory.Length);
            block.Dispose();
        }
    }
}
