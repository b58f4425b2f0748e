using System.Text;

namespace NerService.Inference.Models;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">ONNX's number of the element type: 1 is float, 7 is int64; 0 when not given.</param>
/// <param name="Dimensions">Its shape; -1 where a dimension is not fixed.</param>
internal sealed record OnnxValue(string Name, int ElementType, IReadOnlyList<long> Dimensions);

/// <summary>
/// The inputs and outputs that an ONNX file declares, read without loading its weights. Knows just enough of protocol buffers' wire format and of
/// ModelProto (onnx.proto) to skip the rest.
/// </summary>
internal sealed class OnnxGraphHeader
{
    private const int GraphOfModel = 7, InitializerOfGraph = 5, InputOfGraph = 11, OutputOfGraph = 12, NameOfTensor = 8, NameOfValue = 1, TypeOfValue = 2, TensorOfType = 1, ElementOfTensor = 1,
        ShapeOfTensor = 2, ValueOfDimension = 1;

    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly HashSet<string> _initializers = new(StringComparer.Ordinal);

    /// <summary>Inputs that must be fed; those with a value of their own are left out.</summary>
    internal IReadOnlyList<OnnxValue> Inputs => [.. _inputs.Where(i => !_initializers.Contains(i.Name))];

    internal IReadOnlyList<OnnxValue> Outputs => _outputs;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelLoadException">The file is no ONNX model.</exception>
    internal static OnnxGraphHeader Read(string path)
    {
        var header = new OnnxGraphHeader();
        using var stream = File.OpenRead(path);
        try
        {
            Fields(stream, stream.Length, (field, end) =>
            {
                if (field == GraphOfModel) Fields(stream, end, (inner, innerEnd) => header.ReadGraphField(stream, inner, innerEnd));
            });
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new ModelLoadException($"'{path}' is no ONNX model: {e.Message}", e);
        }
        if (header._outputs.Count == 0) throw new ModelLoadException($"'{path}' is no ONNX model: it declares no outputs.");
        return header;
    }

    private void ReadGraphField(FileStream stream, int field, long end)
    {
        switch (field)
        {
            case InitializerOfGraph:
                Fields(stream, end, (inner, innerEnd) =>
                {
                    if (inner == NameOfTensor) _initializers.Add(Text(stream, innerEnd));
                });
                break;
            case InputOfGraph:
                _inputs.Add(ReadValue(stream, end));
                break;
            case OutputOfGraph:
                _outputs.Add(ReadValue(stream, end));
                break;
        }
    }

    private static OnnxValue ReadValue(FileStream stream, long end)
    {
        var (name, element, dimensions) = ("", 0L, new List<long>());
        Fields(stream, end, (field, valueEnd) =>
        {
            if (field == NameOfValue) name = Text(stream, valueEnd);
            if (field == TypeOfValue)
            {
                Fields(stream, valueEnd, (kind, typeEnd) =>
                {
                    if (kind == TensorOfType)
                        Fields(stream, typeEnd, (part, partEnd) =>
                        {
                            if (part == ShapeOfTensor) Fields(stream, partEnd, (_, dimensionEnd) => dimensions.Add(ReadDimension(stream, dimensionEnd)));
                        }, (part, value) => element = part == ElementOfTensor ? value : element);
                });
            }
        });
        return new OnnxValue(name, (int)element, dimensions);
    }

    private static long ReadDimension(FileStream stream, long end)
    {
        var size = -1L;
        Fields(stream, end, (_, _) => { }, (field, value) => size = field == ValueOfDimension ? value : size);
        return size;
    }

    /// <summary>Walks over the fields of a message; what a callback leaves unread is skipped.</summary>
    private static void Fields(FileStream stream, long end, Action<int, long> onBytes, Action<int, long>? onNumber = null)
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

    private static string Text(FileStream stream, long end)
    {
        var bytes = new byte[end - stream.Position];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static long Number(FileStream stream)
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
