using NerService.Inference;
using NerService.Server;
using NerService.Server.Lifecycle;
using NerService.Server.Options;

NativeHeap.KeepLargeBlocksApart();
if (CommandHelp.Answers(args))
    return 0;
if (HealthProbe.IsAskedFor(args))
    return await HealthProbe.RunAsync(args);
if (StartRehearsal.IsAskedFor(args))
    return await StartRehearsal.RunAsync(args);
if (ConfigurationCheck.TryRead(args) is not { } builder)
    return ConfigurationCheck.ExitCode;
builder.AddNerServer();
var app = builder.Build();
app.MapNerServer();
return await app.RunNerServerAsync();
