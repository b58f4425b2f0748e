using System.Text;

namespace NerService.Inference.Models;

/// <summary>Just enough of protocol buffers' wire format to find a few fields in a large file and skip the rest.</summary>
internal static class ProtoWire
{
    /// <summary>Walks over the fields of a message; what a callback leaves unread is skipped.</summary>
    internal static void Fields(Stream stream, long end, Action<int, long> onBytes, Action<int, long>? onNumber = null)
    {
        while (stream.Position < end)
        {
            var key = Number(stream);
            var field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    var value = Number(stream);
                    onNumber?.Invoke(field, value);
                    break;
                case 1:
                    stream.Position += 8;
                    break;
                case 2:
                    var length = Number(stream);
                    var fieldEnd = stream.Position + length;
                    if (length < 0 || fieldEnd > end) throw new InvalidDataException($"a field of {length} bytes at {stream.Position} reaches beyond its message.");
                    onBytes(field, fieldEnd);
                    stream.Position = fieldEnd;
                    break;
                case 5:
                    stream.Position += 4;
                    break;
                case var wire:
                    throw new InvalidDataException($"wire type {wire} at {stream.Position}.");
            }
        }
        if (stream.Position > end) throw new InvalidDataException($"a message ends at {stream.Position} instead of {end}.");
    }

    /// <summary>Reads a text that ends at a position.</summary>
    internal static string Text(Stream stream, long end)
    {
        var bytes = new byte[end - stream.Position];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static long Number(Stream stream)
    {
        var number = 0L;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = stream.ReadByte();
            if (next < 0) throw new EndOfStreamException("the file ends within a number.");
            number |= (long)(next & 0x7F) << shift;
            if (next < 0x80) return number;
        }
        throw new InvalidDataException($"a number at {stream.Position} has more than ten bytes.");
    }
}
