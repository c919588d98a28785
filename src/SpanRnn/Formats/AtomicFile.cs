namespace SpanRnn.Formats;

/// <summary>Replaces a file as a whole: a reader, or a machine that lost power, sees the old bytes or the new ones.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary name in the target's folder, flushes it to the disk, and renames it over the target. On any
    /// failure the temporary file is removed and the old file, if there was one, is untouched.
    /// </summary>
    /// <param name="path">The target. A symbolic link is followed, so that what it points at is replaced, not the link.
    /// On Unix the permissions of a replaced file are kept.</param>
    /// <param name="write">Writes the content; it may seek, and must leave the stream open.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">The target's folder does not exist.</exception>
    /// <exception cref="IOException">The disk is full or failed, or the target is a folder; the message names
    /// <paramref name="path"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="ObjectDisposedException"><paramref name="write"/> closed the stream.</exception>
    /// <remarks>What else <paramref name="write"/> throws is passed on as it is.</remarks>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);

        var file = new FileInfo(path);
        string target = file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        if (Directory.Exists(target))
            throw new IOException($"{path}: is a folder, not a file.");
        if (IsDevice(target))
            throw new IOException($"{path}: is a device; a rename would replace it by a file.");
        string? folder = Path.GetDirectoryName(target);
        if (folder is null || !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{path}: the folder '{folder}' does not exist.");

        // Not the target's name with a suffix: that could be longer than the file system allows.
        string temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
        bool isDone = false;
        try
        {
            Fill(temporary, target, write);
            File.Move(temporary, target, overwrite: true);
            isDone = true;
        }
        catch (IOException error) when (error.GetType() == typeof(IOException))
        {
            // The disk's own errors name the temporary file or none at all. Derived types already say what they mean.
            string message = $"{path}: could not be written, any old file is unchanged. {error.Message}";
            throw new IOException(message, error) { HResult = error.HResult };
        }
        finally
        {
            if (!isDone)
                Remove(temporary);
        }
    }

    private static void Fill(string temporary, string target, Action<Stream> write)
    {
        using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        // Before the first byte: a private model must not be readable by others even for a moment.
        if (!OperatingSystem.IsWindows() && File.Exists(target))
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
        write(stream);
        // Without this the rename can reach the disk before the content does.
        stream.Flush(flushToDisk: true);
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error that brought us here is the one to report.
        }
    }

    /// <summary>Whether the path names a device: a rename would put a file in its place.</summary>
    private static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);
}
