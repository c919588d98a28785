using SpanRnn.Formats;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Target => folder.Path("model");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_new_file_is_written()
    {
        AtomicFile.Write(Target, stream => stream.Write([1, 2, 3]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Target));
        Assert.Equal(["model"], folder.Names);
    }

    [Fact]
    public void An_old_file_is_replaced_and_is_whole_until_then()
    {
        File.WriteAllBytes(Target, [1, 2, 3, 4]);
        AtomicFile.Write(Target, stream =>
        {
            stream.Write([5]);
            stream.Flush();
            Assert.Equal([1, 2, 3, 4], File.ReadAllBytes(Target));
        });
        Assert.Equal([5], File.ReadAllBytes(Target));
        Assert.Equal(["model"], folder.Names);
    }

    [Fact]
    public void A_callback_that_throws_leaves_the_old_file_and_no_other()
    {
        File.WriteAllBytes(Target, [1]);
        var thrown = new InvalidOperationException("in the middle");
        Exception caught = Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write(new byte[100_000]);
            throw thrown;
        }));
        Assert.Same(thrown, caught);
        Assert.Equal([1], File.ReadAllBytes(Target));
        Assert.Equal(["model"], folder.Names);
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_is_reported_with_the_path()
    {
        File.WriteAllBytes(Target, [1]);
        IOException error = Assert.Throws<IOException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device") { HResult = 28 };
        }));
        Assert.StartsWith(Target, error.Message, StringComparison.Ordinal);
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Equal(28, error.HResult);
        Assert.Equal([1], File.ReadAllBytes(Target));
        Assert.Equal(["model"], folder.Names);
    }

    [Fact]
    public void A_callback_that_closes_the_stream_fails_before_the_old_file_is_replaced()
    {
        File.WriteAllBytes(Target, [1]);
        Assert.Throws<ObjectDisposedException>(() => AtomicFile.Write(Target, stream => stream.Dispose()));
        Assert.Equal([1], File.ReadAllBytes(Target));
        Assert.Equal(["model"], folder.Names);
    }

    [Fact]
    public void A_missing_folder_and_a_folder_as_target_are_named()
    {
        string lost = folder.Path("absent/model");
        Assert.StartsWith(lost, Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(lost, _ => { })).Message, StringComparison.Ordinal);
        Assert.StartsWith(folder.FullName, Assert.Throws<IOException>(() => AtomicFile.Write(folder.FullName, _ => { })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => AtomicFile.Write("", _ => { }));
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void A_name_as_long_as_the_file_system_allows_is_written()
    {
        string path = folder.Path(new string('n', 255));
        AtomicFile.Write(path, stream => stream.WriteByte(1));
        Assert.Equal([1], File.ReadAllBytes(path));
    }

    [Fact]
    public void A_link_is_followed_and_permissions_are_kept()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllBytes(Target, [1]);
        File.SetUnixFileMode(Target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string link = folder.Path("link");
        File.CreateSymbolicLink(link, Target);

        AtomicFile.Write(link, stream => stream.WriteByte(2));
        Assert.Equal([2], File.ReadAllBytes(Target));
        Assert.Equal(Target, new FileInfo(link).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
    }

    [Fact]
    public void A_link_that_points_at_nothing_yet_gets_its_target()
    {
        if (OperatingSystem.IsWindows())
            return;
        string link = folder.Path("link");
        File.CreateSymbolicLink(link, "model");
        AtomicFile.Write(link, stream => stream.WriteByte(2));
        Assert.Equal([2], File.ReadAllBytes(Target));
        Assert.Equal(["link", "model"], folder.Names);
    }

    [Fact]
    public void A_device_is_not_replaced()
    {
        // A name that is not there: were it not refused, no real device would be lost.
        Assert.Throws<IOException>(() => AtomicFile.Write("/dev/spanrnn-test", stream => stream.WriteByte(1)));
        Assert.False(File.Exists("/dev/spanrnn-test"));
    }
}
