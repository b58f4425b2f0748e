namespace NerService.Batch;

/// <summary>The reader of an output has gone, as <c>head</c> goes: nothing is wrong then.</summary>
internal static class BrokenPipe
{
    /// <summary>Whether an error says so. (EPIPE is 32 on Linux and macOS.)</summary>
    internal static bool Is(Exception error) => error is IOException && (error.HResult & 0xFFFF) == 32 && !OperatingSystem.IsWindows();
}
