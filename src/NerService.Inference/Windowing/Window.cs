using NerService.Text.Documents;

namespace NerService.Inference.Windowing;

/// <summary>A stretch of a document that the model sees at once.</summary>
/// <param name="Words">The words fed.</param>
/// <param name="Owned">The words whose label is read from this window; within <paramref name="Words"/>.</param>
internal readonly record struct Window(WordRange Words, WordRange Owned);
