using System.Reflection;
using Google.Protobuf.Reflection;

namespace NerService.Protocol;

/// <summary>The contract's names of enum values.</summary>
public static class EnumNames
{
    /// <summary>A value as the proto file and JSON name it: ENTITY_TYPE_PERSON; the number of one that this program does not know.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.All.TryGetValue(value, out var name) ? name : value.ToString("D");

    private static class Names<T>
        where T : struct, Enum
    {
        internal static readonly Dictionary<T, string> All = typeof(T)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(field => (T)field.GetValue(null)!, field => field.GetCustomAttribute<OriginalNameAttribute>()!.Name);
    }
}
