using NerService.Cli;
using NerService.Inference;

NativeHeap.KeepLargeBlocksApart();
return await NerCommandLine.RunAsync(args, CliStreams.OfProcess());
