using System.Runtime.InteropServices;

namespace NerService.Inference;

/// <summary>
/// The C library's heap, from which ONNX Runtime takes the memory of models. glibc raises its threshold for blocks of their own (mmap) each time one
/// is freed, up to 32 MiB; weights then come from heaps that never shrink, and every reload leaves most of a model behind. For whoever owns the
/// process to call; does nothing where the C library is another one.
/// </summary>
public static unsafe class NativeHeap
{
    private const int TrimThreshold = -1,
        MmapThreshold = -3,
        ArenaMax = -8;

    private const int LargeBlockBytes = 128 * 1024,
        TrimBytes = 1024 * 1024,
        Arenas = 2;

    /// <summary>
    /// Gives every block of 128 KiB or more pages of its own, which return to the system when it is freed, for the life of the process. Call it
    /// before a model is loaded.
    /// </summary>
    public static void KeepLargeBlocksApart()
    {
        if (Find("mallopt") is not { } address)
            return;
        var mallopt = (delegate* unmanaged<int, int, int>)address;
        mallopt(MmapThreshold, LargeBlockBytes);
        mallopt(TrimThreshold, TrimBytes);
        mallopt(ArenaMax, Arenas);
    }

    /// <summary>Returns what is free to the system, after a model was unloaded. Takes milliseconds.</summary>
    public static void Trim()
    {
        if (Find("malloc_trim") is { } address)
            ((delegate* unmanaged<nuint, int>)address)(0);
    }

    private static nint? Find(string function) =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, function, out var address)
            ? address
            : null;
}
