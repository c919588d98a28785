using Xunit;

namespace SpanRnn.Tests.Support;

public sealed class DataFolderTests
{
    [Fact]
    public void The_folder_is_found_beside_a_parent()
    {
        using var folder = new TemporaryFolder();
        string data = Directory.CreateDirectory(folder.Path("shared/data")).FullName;
        string deep = Directory.CreateDirectory(folder.Path("repository/bin/Release")).FullName;
        Assert.Equal(data, DataFolder.Find(null, deep));
    }

    [Fact]
    public void The_variable_wins_and_a_wrong_one_is_not_papered_over()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path("shared/data"));
        Assert.Equal(folder.FullName, DataFolder.Find(folder.FullName, folder.FullName));
        Assert.Null(DataFolder.Find(folder.Path("absent"), folder.FullName));
    }

    [Fact]
    public void A_test_without_its_data_is_skipped_with_the_reason()
    {
        Assert.Contains("Missing test data", new DataFactAttribute("no/such/file").Skip, StringComparison.Ordinal);
        Assert.Contains("Missing test data", new DataTheoryAttribute("no/such/file").Skip, StringComparison.Ordinal);
    }
}
