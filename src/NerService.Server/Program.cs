using NerService.Inference;
using NerService.Server.Hosting;

NativeHeap.KeepLargeBlocksApart();
if (HealthProbe.IsAskedFor(args)) return await HealthProbe.RunAsync(args);
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (ConfigurationCheck.Fails(builder.Configuration)) return ConfigurationCheck.ExitCode;
builder.AddNerServer();
var app = builder.Build();
app.MapNerServer();
return await app.RunNerServerAsync();
