namespace NerService.Inference;

/// <summary>The model failed on a document; the cause is inside. Other documents are not affected.</summary>
public sealed class InferenceException : Exception
{
    /// <summary>Creates the exception with its cause.</summary>
    public InferenceException(string message, Exception inner)
        : base(message, inner) { }
}
