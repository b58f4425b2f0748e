using NerService.Cli;

return await NerCommandLine.RunAsync(args, CliStreams.OfProcess());
