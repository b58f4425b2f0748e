using System.Text.Json.Nodes;

namespace NerService.Testing;

/// <summary>JSON files that somebody has spoilt in one place.</summary>
public static class DamagedJson
{
    /// <summary>Puts something else where a value stands.</summary>
    /// <param name="root">The file.</param>
    /// <param name="place">The way to the value: members' names and elements' numbers.</param>
    /// <param name="with">JSON to put there; null takes the value away.</param>
    public static void Replace(JsonNode root, string[] place, string? with)
    {
        var parent = place[..^1].Aggregate(root, (node, name) => node is JsonArray array ? array[int.Parse(name)]! : node[name]!);
        var value = with is null ? null : JsonNode.Parse(with);
        if (parent is JsonArray list)
        {
            list.RemoveAt(int.Parse(place[^1]));
            if (with is not null)
                list.Insert(int.Parse(place[^1]), value);
        }
        else if (with is null)
            parent.AsObject().Remove(place[^1]);
        else
            parent[place[^1]] = value;
    }
}
