using System.Runtime.InteropServices;

namespace NerService.Inference.Onnx;

/// <summary>
/// ONNX Runtime's builds report models and machines to their maker and keep a device id under the user's cache folder, unless the environment forbids
/// it when the library makes its own environment. Text and models of a caller are nobody's business, so it is always forbidden.
/// </summary>
internal static partial class OnnxTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Forbids it for this process; to be called before anything of the library is used.</summary>
    internal static void Forbid()
    {
        Environment.SetEnvironmentVariable(Variable, "1");
        // .NET keeps a copy of the environment for itself on Unix; native code reads the C library's.
        if (!OperatingSystem.IsWindows() && SetNative(Variable, "1", overwrite: 1) != 0)
            throw new InvalidOperationException($"{Variable} cannot be set in the environment of this process.");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNative(string name, string value, int overwrite);
}
