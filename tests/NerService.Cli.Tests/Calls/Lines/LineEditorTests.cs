using NerService.Cli.Calls.Lines;

namespace NerService.Cli.Tests.Calls.Lines;

public sealed class LineEditorTests
{
    private static readonly ConsoleKeyInfo Left = Key(ConsoleKey.LeftArrow);
    private static readonly ConsoleKeyInfo Right = Key(ConsoleKey.RightArrow);
    private static readonly ConsoleKeyInfo Up = Key(ConsoleKey.UpArrow);
    private static readonly ConsoleKeyInfo Down = Key(ConsoleKey.DownArrow);
    private static readonly ConsoleKeyInfo Backspace = Key(ConsoleKey.Backspace, '\b');

    private readonly LineEditor _editor = new(["التقى سامح شكري", "زار باريس"]);

    [Fact]
    public void What_is_written_stands_at_the_cursor()
    {
        Write("سامح شكري");
        Press(Key(ConsoleKey.Home));
        Write("التقى ");
        Assert.Equal("التقى سامح شكري", _editor.Text);
        Assert.Equal("التقى ".Length, _editor.Cursor);
        Press(Key(ConsoleKey.End));
        Write(".");
        Assert.Equal("التقى سامح شكري.", _editor.Text);
    }

    [Theory]
    // A letter and its vowel mark.
    [InlineData("سَ")]
    // One emoji of seven code points, and a flag of two.
    [InlineData("👨‍👩‍👧‍👦")]
    [InlineData("🇪🇬")]
    public void The_cursor_passes_and_deletes_a_character_as_people_count_them(string character)
    {
        Write("ا" + character + "ب");
        Press(Left, Left);
        Assert.Equal(1, _editor.Cursor);
        Press(Right);
        Assert.Equal(1 + character.Length, _editor.Cursor);
        Press(Backspace);
        Assert.Equal("اب", _editor.Text);
        Write(character);
        Press(Left, Key(ConsoleKey.Delete));
        Assert.Equal("اب", _editor.Text);
    }

    [Fact]
    public void Control_keys_delete_to_the_start_of_the_word_or_line_and_to_its_end()
    {
        Write("زار الوفد مدينة باريس ");
        Press(Control(ConsoleKey.W));
        Assert.Equal("زار الوفد مدينة ", _editor.Text);
        Press(Key(ConsoleKey.LeftArrow, modifiers: ConsoleModifiers.Control));
        Assert.Equal("زار الوفد ".Length, _editor.Cursor);
        Press(Control(ConsoleKey.K));
        Assert.Equal("زار الوفد ", _editor.Text);
        Press(Left, Control(ConsoleKey.U));
        Assert.Equal((" ", 0), (_editor.Text, _editor.Cursor));
    }

    [Fact]
    public void Up_and_down_go_through_the_lines_before_and_back_to_what_was_being_written()
    {
        Write("غز");
        Press(Up);
        Assert.Equal("زار باريس", _editor.Text);
        Press(Up, Up);
        Assert.Equal("التقى سامح شكري", _editor.Text);
        Press(Down, Down, Down);
        Assert.Equal(("غز", 2), (_editor.Text, _editor.Cursor));
    }

    [Fact]
    public void Lines_are_entered_given_up_and_ended_and_a_line_with_text_does_not_end()
    {
        Assert.Equal(EditResult.Ended, _editor.Press(Control(ConsoleKey.D)));
        Write("نص");
        Press(Key(ConsoleKey.Home), Control(ConsoleKey.D));
        Assert.Equal("ص", _editor.Text);
        Assert.Equal(EditResult.Abandoned, _editor.Press(Control(ConsoleKey.C)));
        Assert.Equal(EditResult.Entered, _editor.Press(Key(ConsoleKey.Enter, '\r')));
    }

    [Fact]
    public void Keys_without_meaning_and_moves_beyond_the_ends_change_nothing()
    {
        Press(Left, Right, Backspace, Key(ConsoleKey.Delete), Key(ConsoleKey.F5), Key(ConsoleKey.Escape, '\e'), Control(ConsoleKey.W));
        Assert.Equal(("", 0), (_editor.Text, _editor.Cursor));
    }

    private static ConsoleKeyInfo Key(ConsoleKey key, char character = '\0', ConsoleModifiers modifiers = 0) =>
        new(
            character,
            key,
            modifiers.HasFlag(ConsoleModifiers.Shift),
            modifiers.HasFlag(ConsoleModifiers.Alt),
            modifiers.HasFlag(ConsoleModifiers.Control)
        );

    private static ConsoleKeyInfo Control(ConsoleKey key) => Key(key, (char)(key - ConsoleKey.A + 1), ConsoleModifiers.Control);

    private void Write(string text)
    {
        foreach (var c in text)
            Press(Key(0, c));
    }

    private void Press(params ConsoleKeyInfo[] keys)
    {
        foreach (var key in keys)
            Assert.Equal(EditResult.Editing, _editor.Press(key));
    }
}
