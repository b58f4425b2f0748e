namespace NerService.Inference.Models;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">ONNX's number of the element type: 1 is float, 7 is int64; 0 when not given.</param>
/// <param name="Dimensions">Its shape; -1 where a dimension is not fixed.</param>
internal sealed record OnnxValue(string Name, int ElementType, IReadOnlyList<long> Dimensions);

/// <summary>
/// The inputs and outputs that an ONNX file declares (ModelProto of onnx.proto), read without loading its weights.
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
            ProtoWire.Fields(stream, stream.Length, (field, end) =>
            {
                if (field == GraphOfModel) ProtoWire.Fields(stream, end, (inner, innerEnd) => header.ReadGraphField(stream, inner, innerEnd));
            });
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new ModelLoadException($"'{path}' is no ONNX model: {e.Message}", e);
        }
        if (header._outputs.Count == 0) throw new ModelLoadException($"'{path}' is no ONNX model: it declares no outputs.");
        return header;
    }

    private void ReadGraphField(Stream stream, int field, long end)
    {
        switch (field)
        {
            case InitializerOfGraph:
                ProtoWire.Fields(stream, end, (inner, innerEnd) =>
                {
                    if (inner == NameOfTensor) _initializers.Add(ProtoWire.Text(stream, innerEnd));
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

    private static OnnxValue ReadValue(Stream stream, long end)
    {
        var (name, element, dimensions) = ("", 0L, new List<long>());
        ProtoWire.Fields(stream, end, (field, valueEnd) =>
        {
            if (field == NameOfValue) name = ProtoWire.Text(stream, valueEnd);
            if (field == TypeOfValue)
            {
                ProtoWire.Fields(stream, valueEnd, (kind, typeEnd) =>
                {
                    if (kind == TensorOfType)
                        ProtoWire.Fields(stream, typeEnd, (part, partEnd) =>
                        {
                            if (part == ShapeOfTensor) ProtoWire.Fields(stream, partEnd, (_, dimensionEnd) => dimensions.Add(ReadDimension(stream, dimensionEnd)));
                        }, (part, value) => element = part == ElementOfTensor ? value : element);
                });
            }
        });
        return new OnnxValue(name, (int)element, dimensions);
    }

    private static long ReadDimension(Stream stream, long end)
    {
        var size = -1L;
        ProtoWire.Fields(stream, end, (_, _) => { }, (field, value) => size = field == ValueOfDimension ? value : size);
        return size;
    }
}
