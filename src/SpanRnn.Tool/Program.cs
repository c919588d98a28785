using System.Runtime.InteropServices;
using System.Text;
using SpanRnn.Tool;

Console.InputEncoding = Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var stop = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return ToolApp.Run(args, Console.Out, Console.Error, stop.Token, Console.In, isTyped: !Console.IsInputRedirected);

// The first time the current step is finished and the checkpoint written; the second time the process ends at once.
void Stop(PosixSignalContext context)
{
    context.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
