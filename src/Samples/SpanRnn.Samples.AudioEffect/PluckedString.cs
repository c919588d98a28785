using SpanRnn.Parameters;

namespace SpanRnn.Samples.AudioEffect;

/// <summary>
/// A plucked string (Karplus and Strong, "Digital synthesis of plucked-string and drum timbres", 1983): a delay line of one period begins with
/// noise, and what comes out of it goes back as s[t] = d (s[t-N] + s[t-N-1]) / 2.
/// </summary>
internal static class PluckedString
{
    private const double NoteSeconds = 0.5;
    private const float Decay = 0.996f, Level = 0.5f;

    /// <summary>The open strings of a guitar and some between, in Hz.</summary>
    private static readonly double[] Notes = [82.41, 110.0, 146.83, 196.0, 246.94, 329.63, 196.0, 146.83];

    /// <summary>A sound in which a note is plucked every half second; of two channels the second is half a note later.</summary>
    /// <param name="rate">Samples per second.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="channels">1 or 2.</param>
    /// <param name="seed">Of the noise; the same seed gives the same bits.</param>
    public static WavFile Synthesise(int rate, double seconds, int channels, ulong seed)
    {
        int length = Math.Max(1, (int)(rate * seconds));
        int late = (int)(rate * NoteSeconds / 2);
        var random = new RandomStream(seed);
        return new WavFile(rate, [.. Enumerable.Range(0, channels).Select(c => Channel(rate, length, c * late, random.Fork(c)))], WavEncoding.Pcm16);
    }

    private static float[] Channel(int rate, int length, int first, RandomStream random)
    {
        float[] sound = new float[length], line = [];
        int note = 0, at = 0, every = (int)(rate * NoteSeconds);
        for (int t = first; t < length; t++)
        {
            if ((t - first) % every == 0)
            {
                line = new float[Math.Max(2, (int)(rate / Notes[note++ % Notes.Length]))];
                random.FillUniform(line, -Level, Level);
                at = 0;
            }

            int next = at + 1 == line.Length ? 0 : at + 1;
            sound[t] = line[at];
            line[at] = Decay * 0.5f * (line[at] + line[next]);
            at = next;
        }

        return sound;
    }
}
