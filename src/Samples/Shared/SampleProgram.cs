using System.Runtime.InteropServices;
using System.Text;

namespace SpanRnn.Samples;

/// <summary>What surrounds a sample: Ctrl+C becomes a token, and what a user can put right a sentence and an exit code.</summary>
internal static class SampleProgram
{
    /// <summary>The exit code for what the user can put right.</summary>
    public const int Refused = 2;

    /// <summary>The exit code after Ctrl+C: 128 + SIGINT, as shells expect it.</summary>
    public const int Stopped = 130;

    /// <summary>Runs a sample in a process of its own.</summary>
    /// <param name="arguments">As Main gets them.</param>
    /// <param name="help">What <c>--help</c> prints.</param>
    /// <param name="body">The sample.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, string help, Action<SampleContext> body)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return Run(arguments, help, body, Console.Out, Console.Error, stop.Token);

        // The first time the sample ends by itself; the second time the process ends at once.
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    /// <summary>Runs a sample without a process around it, as tests do.</summary>
    /// <param name="arguments">As Main gets them.</param>
    /// <param name="help">What <c>--help</c> prints.</param>
    /// <param name="body">The sample; <see cref="OperationCanceledException"/> says that it was stopped.</param>
    /// <param name="output">For results.</param>
    /// <param name="error">For messages.</param>
    /// <param name="stop">Ctrl+C.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, string help, Action<SampleContext> body, TextWriter output, TextWriter error, CancellationToken stop)
    {
        if (arguments.Any(argument => argument is "--help" or "-h" or "-?"))
        {
            output.WriteLine(help);
            return 0;
        }

        try
        {
            var line = new CommandLine(arguments);
            body(new SampleContext(line, output, stop));
            return 0;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("Stopped.");
            return Stopped;
        }
        catch (FileNotFoundException missing) when (missing.FileName is not null)
        {
            error.WriteLine($"{missing.FileName}: there is no such file.");
            return Refused;
        }
        catch (Exception wrong) when (wrong is SampleException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine(wrong.Message);
            return Refused;
        }
    }
}
