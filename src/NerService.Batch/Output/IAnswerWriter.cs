using NerService.Batch.Documents;

namespace NerService.Batch.Output;

/// <summary>Writes answers in blocks.</summary>
internal interface IAnswerWriter : IAsyncDisposable
{
    /// <summary>Adds an answer to the block.</summary>
    /// <returns>Null, or why the format cannot hold this answer; nothing of it is written then.</returns>
    string? Write(AnsweredDocument answer);

    /// <summary>Ends the block and makes it durable.</summary>
    /// <returns>What a checkpoint remembers to go on from here: bytes of the file, or documents of a folder.</returns>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    Task<long> EndBlockAsync(CancellationToken cancellationToken);

    /// <summary>After the last block: makes the output out of what was written, where that is not the same.</summary>
    Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
