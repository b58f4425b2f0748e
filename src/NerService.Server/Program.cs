using NerService.Inference;
using NerService.Server;
using NerService.Server.Commands;
using NerService.Server.Lifecycle;
using NerService.Server.Options;

NativeHeap.KeepLargeBlocksApart();
if (HelpCommand.TryRun(args))
    return 0;
switch (args)
{
    case [HealthCheckCommand.Flag]:
        return await HealthCheckCommand.RunAsync();
    case [HealthCheckCommand.Flag, var url]:
        return await HealthCheckCommand.RunAsync(url);
    case [CheckConfigCommand.Flag, .. var options]:
        return await CheckConfigCommand.RunAsync(options);
}
if (ConfigurationCheck.TryRead(args) is not { } builder)
    return ExitCode.WrongConfiguration;
builder.AddNerServer();
var app = builder.Build();
app.MapNerServer();
return await app.RunNerServerAsync();
