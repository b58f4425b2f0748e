using NerService.Inference;
using NerService.Server;
using NerService.Server.Lifecycle;
using NerService.Server.Options;

NativeHeap.KeepLargeBlocksApart();
if (CommandHelp.Answers(args))
    return 0;
switch (args)
{
    case [HealthProbe.Flag]:
        return await HealthProbe.RunAsync();
    case [HealthProbe.Flag, var url]:
        return await HealthProbe.RunAsync(url);
    case [StartRehearsal.Flag, .. var options]:
        return await StartRehearsal.RunAsync(options);
}
if (ConfigurationCheck.TryRead(args) is not { } builder)
    return ConfigurationCheck.ExitCode;
builder.AddNerServer();
var app = builder.Build();
app.MapNerServer();
return await app.RunNerServerAsync();
