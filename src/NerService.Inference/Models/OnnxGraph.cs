using Google.Protobuf;
using NerService.Inference.Models.OnnxFormat;

namespace NerService.Inference.Models;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dimensions">Its shape; -1 where a dimension is not fixed.</param>
internal sealed record OnnxValue(string Name, IReadOnlyList<long> Dimensions);

/// <summary>
/// What an ONNX file declares, read without its weights. A session of ONNX Runtime does not tell which files its weights came from, and making one
/// costs the whole model.
/// </summary>
/// <param name="Inputs">Inputs that must be fed; those with a value of their own are left out.</param>
/// <param name="Outputs">Outputs.</param>
/// <param name="ExternalFiles">The other files that hold weights, relative to the graph's own folder, in ordinal order.</param>
/// <param name="QuantizesByBatch">
/// Whether it takes the range of a quantization from all that is in the batch, so that windows bear on each other.
/// </param>
internal sealed record OnnxGraph(
    IReadOnlyList<OnnxValue> Inputs,
    IReadOnlyList<OnnxValue> Outputs,
    IReadOnlyList<string> ExternalFiles,
    bool QuantizesByBatch
)
{
    /// <summary>Operators that measure the range of their whole input when they run: ONNX's own, and those that ONNX Runtime's tools write.</summary>
    private static readonly HashSet<string> DynamicQuantizations = new(StringComparer.Ordinal)
    {
        "DynamicQuantizeLinear",
        "DynamicQuantizeMatMul",
        "DynamicQuantizeLSTM",
    };

    private static readonly MessageParser<ModelProto> Parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    /// <summary>The size of an input's dimension where the graph fixes it.</summary>
    internal int? Fixed(string input, int dimension) =>
        Inputs.FirstOrDefault(value => value.Name == input)?.Dimensions is { } shape
        && dimension < shape.Count
        && shape[dimension] is > 0 and <= int.MaxValue and var size
            ? (int)size
            : null;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelLoadException">The file cannot be read or is not an ONNX model.</exception>
    internal static OnnxGraph Read(string path)
    {
        using var stream = ModelFiles.Open(path);
        try
        {
            var model = Parser.ParseFrom(stream);
            if (model.Graph is not { Output.Count: > 0 } graph)
                throw new ModelLoadException($"'{path}' is not an ONNX model: it declares no outputs.");
            var valued = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
            var functions = model.Functions.SelectMany(function => function.Node).ToList();
            var graphs = WithNested(graph).Concat(functions.SelectMany(GraphsIn)).ToList();
            var nodes = graphs.SelectMany(each => each.Node).Concat(functions).ToList();
            var tensors = graphs
                .SelectMany(each => each.Initializer.Concat(each.SparseInitializer.SelectMany(TensorsOf)))
                .Concat(nodes.SelectMany(node => node.Attribute).SelectMany(TensorsOf));
            return new OnnxGraph(
                [.. graph.Input.Where(input => !valued.Contains(input.Name)).Select(ToValue)],
                [.. graph.Output.Select(ToValue)],
                [.. new SortedSet<string>(tensors.SelectMany(ExternalFilesOf), StringComparer.Ordinal)],
                nodes.Any(node => DynamicQuantizations.Contains(node.OpType))
            );
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelLoadException($"'{path}' is not an ONNX model: {e.Message}", e);
        }
    }

    private static OnnxValue ToValue(ValueInfoProto value) =>
        new(
            value.Name,
            [
                .. (value.Type?.TensorType?.Shape?.Dim ?? []).Select(dimension =>
                    dimension is { HasDimValue: true, DimValue: > 0 } ? dimension.DimValue : -1
                ),
            ]
        );

    private static IEnumerable<GraphProto> WithNested(GraphProto graph) => graph.Node.SelectMany(GraphsIn).Prepend(graph);

    private static IEnumerable<GraphProto> GraphsIn(NodeProto node) =>
        node.Attribute.SelectMany(attribute => attribute.Graphs.Append(attribute.G)).Where(graph => graph is not null).SelectMany(WithNested);

    private static IEnumerable<TensorProto> TensorsOf(AttributeProto attribute) =>
        attribute.Tensors.Append(attribute.T).Concat(attribute.SparseTensors.Append(attribute.SparseTensor).SelectMany(TensorsOf));

    private static IEnumerable<TensorProto> TensorsOf(SparseTensorProto? sparse) => sparse is null ? [] : [sparse.Values, sparse.Indices];

    private static IEnumerable<string> ExternalFilesOf(TensorProto? tensor) =>
        tensor is null ? [] : tensor.ExternalData.Where(pair => pair is { Key: "location", HasValue: true }).Select(pair => pair.Value);
}
