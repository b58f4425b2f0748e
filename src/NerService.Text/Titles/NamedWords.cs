using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Text.Titles;

/// <summary>An entity of a document.</summary>
/// <param name="Words">Its words.</param>
/// <param name="Type">What it is.</param>
public readonly record struct NamedWords(WordRange Words, EntityType Type);
