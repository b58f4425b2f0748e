using System.Globalization;

namespace NerService.Cli.Calls.Lines;

/// <summary>What a key did to the line: it goes on, is finished, or given up, or there are no more lines.</summary>
internal enum EditResult
{
    Editing,
    Entered,
    Abandoned,
    Ended,
}

/// <summary>
/// A line under the cursor, edited with the keys of readline. The cursor stands between characters as people count them: a letter with its vowel
/// marks, an emoji of several code points. Keys go by the order of the text, so that left is back, in right-to-left text too.
/// </summary>
/// <param name="history">The lines before, the oldest first; up and down go through them.</param>
internal sealed class LineEditor(IReadOnlyList<string> history)
{
    private int _place = history.Count;
    private string _draft = "";

    /// <summary>The line so far.</summary>
    internal string Text { get; private set; } = "";

    /// <summary>Where the cursor is: UTF-16 units before it.</summary>
    internal int Cursor { get; private set; }

    /// <summary>Does what a key says. A key that means nothing here changes nothing.</summary>
    internal EditResult Press(ConsoleKeyInfo key)
    {
        var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        var alt = key.Modifiers.HasFlag(ConsoleModifiers.Alt);
        switch (key.Key)
        {
            case ConsoleKey.Enter:
            case ConsoleKey.J or ConsoleKey.M when control:
                return EditResult.Entered;
            case ConsoleKey.C when control:
                return EditResult.Abandoned;
            case ConsoleKey.D when control && Text.Length == 0:
                return EditResult.Ended;
            case ConsoleKey.Delete:
            case ConsoleKey.D when control:
                Remove(Cursor, After(Cursor));
                break;
            case ConsoleKey.W when control:
            case ConsoleKey.Backspace when control || alt:
                Remove(WordBefore(Cursor), Cursor);
                break;
            case ConsoleKey.Backspace:
            case ConsoleKey.H when control:
                Remove(Before(Cursor), Cursor);
                break;
            case ConsoleKey.U when control:
                Remove(0, Cursor);
                break;
            case ConsoleKey.K when control:
                Remove(Cursor, Text.Length);
                break;
            case ConsoleKey.LeftArrow when control || alt:
            case ConsoleKey.B when alt:
                Cursor = WordBefore(Cursor);
                break;
            case ConsoleKey.RightArrow when control || alt:
            case ConsoleKey.F when alt:
                Cursor = WordAfter(Cursor);
                break;
            case ConsoleKey.LeftArrow:
            case ConsoleKey.B when control:
                Cursor = Before(Cursor);
                break;
            case ConsoleKey.RightArrow:
            case ConsoleKey.F when control:
                Cursor = After(Cursor);
                break;
            case ConsoleKey.Home:
            case ConsoleKey.A when control:
                Cursor = 0;
                break;
            case ConsoleKey.End:
            case ConsoleKey.E when control:
                Cursor = Text.Length;
                break;
            case ConsoleKey.UpArrow:
            case ConsoleKey.P when control:
                Recall(_place - 1);
                break;
            case ConsoleKey.DownArrow:
            case ConsoleKey.N when control:
                Recall(_place + 1);
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                    Insert(key.KeyChar);
                else if (key.Key == ConsoleKey.Tab)
                    Insert(' ');
                break;
        }
        return EditResult.Editing;
    }

    private void Insert(char c)
    {
        Text = Text.Insert(Cursor, c.ToString());
        Cursor++;
    }

    private void Remove(int start, int end)
    {
        Text = Text.Remove(start, end - start);
        Cursor = start;
    }

    /// <summary>Goes to a line of the history; after the last is what was being written.</summary>
    private void Recall(int place)
    {
        if (place < 0 || place > history.Count)
            return;
        if (_place == history.Count)
            _draft = Text;
        _place = place;
        Text = place == history.Count ? _draft : history[place];
        Cursor = Text.Length;
    }

    private int After(int position) => position == Text.Length ? position : position + StringInfo.GetNextTextElementLength(Text.AsSpan(position));

    private int Before(int position)
    {
        var before = 0;
        for (var next = 0; next < position; next = After(next))
            before = next;
        return before;
    }

    private int WordBefore(int position)
    {
        while (position > 0 && char.IsWhiteSpace(Text[position - 1]))
            position--;
        while (position > 0 && !char.IsWhiteSpace(Text[position - 1]))
            position--;
        return position;
    }

    private int WordAfter(int position)
    {
        while (position < Text.Length && char.IsWhiteSpace(Text[position]))
            position++;
        while (position < Text.Length && !char.IsWhiteSpace(Text[position]))
            position++;
        return position;
    }
}
