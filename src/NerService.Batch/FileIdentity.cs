using System.Runtime.InteropServices;

namespace NerService.Batch;

/// <summary>What a path leads to, whatever it is called: symbolic links lead to what they name, hard links are one file.</summary>
internal static class FileIdentity
{
    /// <summary>
    /// Of statx(2), whose layout is the same on every processor: the type among the mode's bits, and where mode, inode and device stand.
    /// </summary>
    private const int CurrentDirectory = -100,
        BasicStats = 0x7FF,
        TypeBits = 0xF000,
        RegularFile = 0x8000,
        Folder = 0x4000,
        Mode = 28,
        Inode = 32,
        Device = 136,
        StatxBytes = 256;

    /// <summary>Says what a path leads to.</summary>
    /// <returns>Equal for two paths of one file or folder; null where there is nothing, or a pipe, a terminal or a device.</returns>
    internal static string? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return OfName(path);
        var stat = new byte[StatxBytes];
        try
        {
            if (Statx(CurrentDirectory, path, 0, BasicStats, stat) != 0)
                return null;
        }
        catch (EntryPointNotFoundException)
        {
            return OfName(path);
        }
        if ((BitConverter.ToUInt16(stat, Mode) & TypeBits) is not (RegularFile or Folder))
            return null;
        return FormattableString.Invariant($"{BitConverter.ToUInt64(stat, Device):x}:{BitConverter.ToUInt64(stat, Inode)}");
    }

    internal static bool AreOne(string path, string other) => Of(path) is { } file && file == Of(other);

    /// <summary>The whole path behind all links of its last part.</summary>
    internal static string Target(string path)
    {
        // Of a path without folder, what a relative link leads to would be looked for in the root.
        var full = Path.GetFullPath(path);
        return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
    }

    /// <summary>Hard links stay apart.</summary>
    private static string? OfName(string path) => Path.Exists(path) ? Target(path) : null;

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] stat);
}
