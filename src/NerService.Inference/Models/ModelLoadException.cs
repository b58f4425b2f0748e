namespace NerService.Inference.Models;

/// <summary>A model's folder cannot be served; the message says what is wrong with which file.</summary>
public sealed class ModelLoadException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ModelLoadException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public ModelLoadException(string message, Exception inner) : base(message, inner)
    {
    }
}
