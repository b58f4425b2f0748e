namespace NerService.Inference.Models;

/// <summary>A model's folder cannot be served; the message says what is wrong with which file. Nothing else is thrown by loading, whatever the files
/// hold.</summary>
public sealed class ModelLoadException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ModelLoadException(string message)
        : base(message) { }

    /// <summary>Creates the exception with its cause.</summary>
    public ModelLoadException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>Runs a step whose failure has a known meaning. Libraries do not document what they throw for malformed files.</summary>
    /// <param name="meaning">What the message says before the cause.</param>
    /// <param name="step">The step.</param>
    internal static T Explain<T>(string meaning, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception e)
        {
            // What a message says of the code's own parameters means nothing to whoever wrote the file.
            throw new ModelLoadException($"{meaning}: {e.Message.Split(" (Parameter '")[0]}", e);
        }
    }

    /// <summary>Runs a step of loading. Libraries that read files of others throw what they like; here it becomes this exception.</summary>
    /// <param name="path">The file or folder that is read.</param>
    /// <param name="load">The step.</param>
    internal static T Guard<T>(string path, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is not ModelLoadException)
        {
            throw new ModelLoadException($"'{path}' cannot be loaded: {e.GetBaseException().Message}", e);
        }
    }
}
