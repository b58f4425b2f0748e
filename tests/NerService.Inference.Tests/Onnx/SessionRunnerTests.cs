using NerService.Inference.Models;
using NerService.Inference.Onnx;
using NerService.Inference.Scheduling;

namespace NerService.Inference.Tests.Onnx;

public sealed class SessionRunnerTests
{
    // The scheduler may run a window by any of these, alone or with others; three threads divide nothing evenly.
    [Theory]
    [InlineData("fp32")]
    [InlineData("int8")]
    public void A_window_gets_the_same_logits_bit_for_bit_on_one_core_and_on_all_alone_and_among_others(string graph)
    {
        var model = BuiltInModel.Get(graph);
        using var runner = SessionRunner.Load(ModelFolder.Open(BuiltInModel.Path, graph), cores: 3);
        var width = model.Manifest.GazetteerFeatures!.Bits.Count;
        var labels = model.Labels.Count;
        var random = new Random(5);
        foreach (var length in (int[])[8, 28, 44, 104, 208])
        {
            var batch = BatchTensors.Allocate(4 * length, width).Shape(4, length);
            for (var i = 0; i < 4 * length; i++)
            {
                batch.Ids.Span[i] = random.Next(4, 9_000);
                batch.Mask.Span[i] = i % length < length - i / length ? 1 : 0;
                batch.Features.Span[i * width + random.Next(width)] = 1;
            }
            var together = Run(batch, onAllCores: false);
            Assert.Equal(together, Run(batch, onAllCores: true));
            for (var row = 0; row < 4; row++)
            {
                var expected = together[(row * length * labels)..((row + 1) * length * labels)];
                Assert.Equal(expected, Run(batch.Row(row), onAllCores: true));
                Assert.Equal(expected, Run(batch.Row(row), onAllCores: false));
            }
        }

        float[] Run(BatchTensors tensors, bool onAllCores)
        {
            var logits = new float[tensors.Size * tensors.Length * labels];
            runner.Run(tensors, model.OutputNames.IndexOf(model.Manifest.DefaultOutput), logits, onAllCores);
            return logits;
        }
    }
}
