using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using NerService.Protocol;

namespace NerService.FunctionalTests.Web;

/// <summary>Debian's Chromium, started once.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Chromium,
                Args = ["--no-sandbox", "--disable-gpu"],
                Timeout = (float)Wait.Limit.TotalMilliseconds,
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    internal async Task<IPage> PageAsync(int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light, string locale = "en-US")
    {
        Assert.SkipWhen(_browser is null, $"{Chromium} is missing; .ci/install-test-deps.sh installs it.");
        var options = new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            Locale = locale,
        };
        var page = await _browser!.NewPageAsync(options);
        page.SetDefaultTimeout((float)Wait.Limit.TotalMilliseconds);
        return page;
    }
}

public sealed class PageTests(SharedServer shared, Browser browser) : IClassFixture<Browser>
{
    private const string News = "التقى وزير الخارجية الروسي سيرغي لافروف نظيره المصري سامح شكري في القاهرة لبحث الأوضاع في غزة.";

    /// <summary>What stands beyond the screen's edges; the heads of tables are there for screen readers alone.</summary>
    private const string OffScreen = """
        [...document.querySelectorAll("body *")].filter((e) => {
          const box = e.getBoundingClientRect();
          return box.width > 1 && !e.closest("thead") && (box.left < -1 || box.right > innerWidth + 1);
        }).map((e) => e.outerHTML.slice(0, 200))
        """;

    private string Url => shared.Server.Url.ToString();

    public static TheoryData<string> Texts =>
        [
            News,
            // Latin words and numbers within Arabic.
            "أعلنت شركة Google أن مديرها Sundar Pichai سيزور دبي و(الرياض) في 2024.",
            // Vowel marks and a stretched letter.
            "وُلِدَ سِيرغي لافْروف في القـاهرة.",
            // Emoji of several code points and a flag, before and within.
            "👍🏽👨‍👩‍👧 التقى سامح شكري 🇪🇬 سيرغي لافروف في القاهرة 😀",
            // A clitic before a name, line breaks, a tab and double spaces.
            "سافر سامح شكري\nإلى  باريس\tوبيروت\n\nوللقاهرة.",
        ];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Every_highlight_stands_at_the_offsets_of_the_answer_and_the_text_is_unchanged(string text)
    {
        var page = await OpenAsync(text);
        var answer = await shared.Server.Client.ExtractEntitiesAsync(
            new Contracts.V1.ExtractEntitiesRequest
            {
                Document = new Contracts.V1.Document { Text = text },
                Options = new Contracts.V1.ExtractionOptions { OffsetUnit = Contracts.V1.OffsetUnit.Utf16CodeUnit },
            },
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.NotEmpty(answer.Mentions);
        Assert.Equal(text, await page.Locator("#marked").EvaluateAsync<string>("e => e.textContent"));
        // Where each mark begins, counted in the characters before it.
        var marks = await page.Locator("#marked")
            .EvaluateAsync<string[]>(
                """
                root => [...root.querySelectorAll("mark")].map((mark) => {
                  const range = document.createRange();
                  range.setStart(root, 0);
                  range.setEndBefore(mark);
                  const start = range.toString().length;
                  const core = mark.querySelector(".core")?.textContent ?? mark.textContent;
                  return `${start} ${start + mark.textContent.length} ${mark.className} ${core}`;
                })
                """
            );
        Assert.Equal(answer.Mentions.Select(e => $"{e.Span.Start} {e.Span.End} {e.Type.ToString().ToUpperInvariant()} {e.CoreText}"), marks);
    }

    [Fact]
    public async Task Text_from_the_user_is_never_read_as_html()
    {
        const string attack = "<img src=x onerror=\"window.hit=1\"><script>window.hit=1</script> سامح شكري </textarea><b>القاهرة</b>";
        var page = await OpenAsync(attack);
        foreach (var view in (string[])["sentences", "mentions", "entities", "words", "json", "text"])
        {
            await ShowAsync(page, view);
            Assert.Equal(0, await page.Locator("#panel img, #panel script, #panel b").CountAsync());
        }
        Assert.Equal(attack, await page.Locator("#marked").EvaluateAsync<string>("e => e.textContent"));
        Assert.True(await page.EvaluateAsync<bool>("window.hit === undefined"));
    }

    [Fact]
    public async Task The_page_asks_nobody_but_this_server_and_the_policy_stops_what_is_not_its_own()
    {
        var page = await browser.PageAsync();
        var elsewhere = new List<string>();
        var errors = new List<string>();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Url, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                elsewhere.Add(request.Url);
        };
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                errors.Add(message.Text);
        };
        page.PageError += (_, error) => errors.Add(error);
        var response = await page.GotoAsync(Url + "#text=" + Uri.EscapeDataString(News));
        await page.WaitForSelectorAsync("#marked mark");
        Assert.Empty(elsewhere);
        Assert.Empty(errors);
        Assert.StartsWith(
            "default-src 'none'; script-src 'sha256-",
            await response!.HeaderValueAsync("content-security-policy"),
            StringComparison.Ordinal
        );
        // A script that somebody managed to put in does not run.
        Assert.True(
            await page.EvaluateAsync<bool>(
                "() => { const s = document.createElement('script'); s.textContent = 'window.hit = 1'; document.body.append(s); return "
                    + "window.hit === undefined; }"
            )
        );
    }

    [Fact]
    public async Task A_long_text_is_shown_whole()
    {
        var text = string.Join('\n', Enumerable.Repeat(News, 200));
        var page = await browser.PageAsync();
        await page.GotoAsync(Url);
        await page.FillAsync("#text", text);
        await page.ClickAsync("#go");
        await page.WaitForSelectorAsync("#panel[aria-busy=false] mark");
        Assert.Equal(text, await page.Locator("#marked").EvaluateAsync<string>("e => e.textContent"));
        Assert.True(await page.Locator("#marked mark").CountAsync() >= 600);
        Assert.Equal(await page.Locator("#marked p").CountAsync(), text.Split('\n').Length);
    }

    [Fact]
    public async Task Mentions_of_one_entity_light_up_together_and_say_what_is_known_of_them()
    {
        var page = await OpenAsync("التقى سيرغي لافروف سامح شكري في القاهرة. وقال لافروف إن القاهرة ترحب به.");
        var first = page.Locator("#marked mark", new PageLocatorOptions { HasText = "سيرغي لافروف" });
        await first.HoverAsync();
        await page.WaitForSelectorAsync("#marked mark.linked");
        Assert.Equal(2, await page.Locator("#marked mark.linked").CountAsync());
        Assert.Contains("Person", await page.Locator("#about").TextContentAsync(), StringComparison.Ordinal);
        Assert.Contains("\u20682\u2069 mentions", await page.Locator("#about").TextContentAsync(), StringComparison.Ordinal);
        Assert.Contains("%", await first.GetAttributeAsync("title"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_label_of_a_model_has_its_colour_and_its_switch()
    {
        await using var server = await RunningServer.ServeAsync(
            $"Model:Folder={NerService.Extraction.Snapshots.ContentLocator.Resolve("tests/data/many-labels")}"
        );
        var page = await browser.PageAsync();
        await page.GotoAsync($"{server.Url}#text={Uri.EscapeDataString("وصل سامي الخطيب إلى تونس يوم الأحد .")}");
        await page.WaitForFunctionAsync(
            "() => document.querySelectorAll('[name=type]').length === 21 && document.querySelector('#panel[aria-busy=false] .tag')"
        );
        Assert.Equal(["PERS", "GPE", "DATE"], await page.Locator(".tag").AllTextContentsAsync());
        var colours = await page.Locator("#marked mark")
            .EvaluateAllAsync<string[]>("marks => marks.map((mark) => getComputedStyle(mark).backgroundColor)");
        Assert.Equal(3, colours.Distinct().Count());
        Assert.DoesNotContain("rgba(0, 0, 0, 0)", colours);
        await page.UncheckAsync("[name=type][value=DATE]");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#marked mark').length === 2");
    }

    [Fact]
    public async Task The_switches_go_out_with_the_request()
    {
        var page = await OpenAsync(News);
        await AskedAsync(page, () => page.UncheckAsync("[name=type][value=LOC]"), "\"labels\":[\"PER\",\"ORG\"]");
        Assert.Equal(0, await page.Locator("#marked mark.LOCATION").CountAsync());
        Assert.Equal(2, await page.Locator("#marked mark.PERSON").CountAsync());
        await AskedAsync(page, () => page.UncheckAsync("#gazetteer"), "\"gazetteer\":{\"disabled\":true}");
        await ShowAsync(page, "mentions");
        Assert.DoesNotContain("gazetteer", await page.Locator("#panel tbody").TextContentAsync(), StringComparison.Ordinal);
        await ShowAsync(page, "text");
        await AskedAsync(page, () => page.FillAsync("#confidence", "1"), "\"minConfidence\":1");
        Assert.Equal(0, await page.Locator("#marked mark").CountAsync());
        Assert.Equal("1.00", await page.Locator("#confidence-value").TextContentAsync());
        await AskedAsync(page, () => page.UncheckAsync("#grouping"), "FEATURE_MENTIONS");
    }

    [Fact]
    public async Task Sentences_groups_and_reasons_have_views_of_their_own()
    {
        const string text = "التقى سيرغي لافروف سامح شكري في القاهرة. وقال لافروف إن القاهرة ترحب به.";
        var page = await OpenAsync(text);
        await ShowAsync(page, "sentences");
        Assert.Equal(
            ["التقى سيرغي لافروف سامح شكري في القاهرة.", "وقال لافروف إن القاهرة ترحب به."],
            await page.Locator("#panel li[dir]").EvaluateAllAsync<string[]>("items => items.map((i) => i.textContent.trim())")
        );
        await ShowAsync(page, "entities");
        var lavrov = page.Locator("#panel tbody tr", new PageLocatorOptions { HasText = "سيرغي لافروف" });
        Assert.EndsWith("سيرغي لافروف، لافروف", await lavrov.TextContentAsync(), StringComparison.Ordinal);
        await ShowAsync(page, "words");
        var answer = await shared.Server.Client.ExtractEntitiesAsync(
            new Contracts.V1.ExtractEntitiesRequest
            {
                Document = new Contracts.V1.Document { Text = text },
                Options = new Contracts.V1.ExtractionOptions { Features = { Contracts.V1.Feature.Explanation } },
            },
            cancellationToken: TestContext.Current.CancellationToken
        );
        var explanation = answer.Explanation.Unpack<Contracts.Debug.V1Alpha.Explanation>();
        Assert.NotEmpty(explanation.Proposals);
        Assert.Equal(
            explanation.Candidates.Count + explanation.Proposals.Count + explanation.Words.Count,
            await page.Locator("#panel tbody tr").CountAsync()
        );
        // The page says in words of its own what the server says in English, and in Arabic too.
        var reasons = await page.Locator("td[data-name='What became of it']").AllTextContentsAsync();
        Assert.Equal(explanation.Candidates.Select(candidate => Plain(candidate.Reason)), reasons.Select(Plain));
        await page.ClickAsync("#language");
        await DrawnAsync(page, "words");
        Assert.All(
            await page.Locator("td[data-name='ما آل إليه']").AllTextContentsAsync(),
            reason => Assert.Matches("^أُ(بقي|سقط)[^A-Za-z]*$", Plain(reason))
        );

        static string Plain(string text) => text.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_becomes_of_a_candidate_and_wherever_it_comes_from_has_words_in_both_languages()
    {
        var page = await browser.PageAsync();
        await page.GotoAsync(Url);
        var keys =
            from type in Contracts.Debug.V1Alpha.CandidateExplanation.Descriptor.EnumTypes
            from value in type.Values
            where value.Number > 0
            select type.Name == "Origin" ? $"CANDIDATE_{value.Name}" : value.Name;
        Assert.Empty(await page.EvaluateAsync<string[]>("keys => keys.filter((key) => !words.en[key] || !words.ar[key])", keys.ToArray()));
    }

    [Fact]
    public async Task A_long_answer_is_whole_in_every_view_in_parts_that_are_laid_out_when_they_come_near_the_screen()
    {
        var page = await browser.PageAsync();
        await page.GotoAsync(Url);
        await page.FillAsync("#text", string.Join('\n', Enumerable.Repeat(News, 60)));
        await page.ClickAsync("#go");
        await page.WaitForSelectorAsync("#panel[aria-busy=false] mark");
        var (mentions, words) = (
            await page.EvaluateAsync<int>("answer.mentions.length"),
            await page.EvaluateAsync<int>("answer.explanation.words.length")
        );
        foreach (var (view, rows) in ((string, int)[])[("mentions", mentions), ("words", words)])
        {
            await ShowInPartsAsync(view);
            Assert.Equal(rows, await page.Locator("#panel table").Last.Locator("tbody tr").CountAsync());
        }
        await ShowInPartsAsync("json");
        var shown = ProtoJson.Parse<Contracts.V1.ExtractEntitiesResponse>((await page.TextContentAsync("#json"))!);
        Assert.Equal(mentions, shown.Mentions.Count);

        async Task ShowInPartsAsync(string view)
        {
            await ShowAsync(page, view);
            Assert.Equal("auto", await page.Locator("#panel .part").Last.EvaluateAsync<string>("part => getComputedStyle(part).contentVisibility"));
        }
    }

    [Fact]
    public async Task Every_example_has_entities_and_a_copied_link_opens_the_same_text()
    {
        var page = await browser.PageAsync();
        page.Dialog += (_, dialog) => dialog.DismissAsync();
        await page.GotoAsync(Url);
        foreach (var example in await page.Locator("#examples button").AllAsync())
        {
            await AskedAsync(page, () => example.ClickAsync(), "");
            await page.WaitForSelectorAsync("#marked mark");
        }
        var text = await page.InputValueAsync("#text");
        await page.ClickAsync("#share");
        await page.WaitForFunctionAsync("() => location.hash.length > 6");
        var other = await browser.PageAsync();
        await other.GotoAsync(await page.EvaluateAsync<string>("location.href"));
        await other.WaitForSelectorAsync("#marked mark");
        Assert.Equal(text, await other.InputValueAsync("#text"));
    }

    [Fact]
    public async Task A_server_with_keys_is_given_the_one_that_was_typed()
    {
        await using var keyed = await KeyedServer.StartAsync();
        var page = await browser.PageAsync();
        await page.GotoAsync(keyed.Server.Url + "#text=" + Uri.EscapeDataString(News));
        await page.WaitForSelectorAsync("#error:not([hidden])");
        Assert.Contains("API key", await page.Locator("#error").TextContentAsync(), StringComparison.Ordinal);
        await page.FillAsync("#key", KeyedServer.Key);
        await page.PressAsync("#key", "Tab");
        await page.WaitForSelectorAsync("#marked mark");
        // It stays for the session of this tab, and is in nothing that is copied.
        await page.ReloadAsync();
        await page.WaitForSelectorAsync("#marked mark");
        Assert.Equal(KeyedServer.Key, await page.InputValueAsync("#key"));
        foreach (var program in await ProgramsAsync(page))
        {
            Assert.Contains("NER_API_KEY", program, StringComparison.Ordinal);
            Assert.DoesNotContain(KeyedServer.Key, program, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_speaks_the_language_of_the_browser_until_another_is_chosen()
    {
        var page = await OpenAsync(News, locale: "ar-EG");
        Assert.Equal("rtl", await page.EvaluateAsync<string>("document.documentElement.dir"));
        Assert.Equal("الكيانات المسماة في العربية", await page.TitleAsync());
        Assert.Equal("استخرج الكيانات", await page.TextContentAsync("#go"));
        Assert.Contains("4\u2069 إشارات", await page.TextContentAsync("#status"), StringComparison.Ordinal);
        await page.ClickAsync("#language");
        Assert.Equal("Find entities", await page.TextContentAsync("#go"));
        await page.ReloadAsync();
        await page.WaitForSelectorAsync("#marked mark");
        Assert.Equal("ltr", await page.EvaluateAsync<string>("document.documentElement.dir"));
        // Every word of one language is there in the other.
        Assert.True(await page.EvaluateAsync<bool>("JSON.stringify(Object.keys(words.en).sort()) === JSON.stringify(Object.keys(words.ar).sort())"));
    }

    [Fact]
    public async Task Each_paragraph_has_the_direction_of_its_words_whichever_comes_first()
    {
        var page = await OpenAsync(
            "Google تفتتح مكتبًا في الرياض.\nThe minister met سامح شكري in Cairo.\n2024: وصل محمد صلاح (Mohamed Salah) إلى القاهرة."
        );
        Assert.Equal(["rtl", "ltr", "rtl"], await page.Locator("#marked p").EvaluateAllAsync<string[]>("all => all.map((p) => p.dir)"));
    }

    [Fact]
    public async Task Each_piece_of_a_mention_that_goes_on_in_the_next_line_has_its_tag()
    {
        var page = await OpenAsync(string.Join(' ', Enumerable.Repeat(News, 5)), width: 390);
        var (mentions, pieces, tags) = (
            await page.Locator("#marked mark").CountAsync(),
            await PiecesAsync(),
            await page.Locator(".tag").CountAsync()
        );
        Assert.True(pieces > mentions, $"{mentions} mentions in {pieces} pieces: none goes on in the next line.");
        Assert.Equal(pieces, tags);
        // On another width the pieces are others, and so are the tags.
        await page.SetViewportSizeAsync(700, 900);
        await page.WaitForFunctionAsync(
            """
            () => [...document.querySelectorAll("#marked mark")].flatMap((m) => [...m.getClientRects()]).length
                === document.querySelectorAll(".tag").length
            """
        );

        Task<int> PiecesAsync() =>
            page.EvaluateAsync<int>("""[...document.querySelectorAll("#marked mark")].flatMap((m) => [...m.getClientRects()]).length""");
    }

    [Fact]
    public async Task A_text_is_asked_for_once_whatever_view_is_looked_at()
    {
        var asked = 0;
        var page = await browser.PageAsync();
        page.Request += (_, request) => asked += request.Url.EndsWith("/v1/entities:extract", StringComparison.Ordinal) ? 1 : 0;
        await page.GotoAsync(Url + "#text=" + Uri.EscapeDataString(News));
        await page.WaitForSelectorAsync("#panel[aria-busy=false]");
        foreach (var view in (string[])["sentences", "mentions", "entities", "words", "json", "text"])
            await ShowAsync(page, view);
        await page.ClickAsync("#language");
        await DrawnAsync(page, "text");
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    public async Task No_text_is_asked_for_and_not_sent(string nothing)
    {
        var page = await browser.PageAsync();
        await page.GotoAsync(Url);
        await page.FillAsync("#text", nothing);
        await page.ClickAsync("#go");
        Assert.Equal("Enter a text.", await page.TextContentAsync("#error"));
        Assert.Equal("text", await page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.True(await page.Locator("#result").IsHiddenAsync());
    }

    [Fact]
    public async Task Copied_programs_ask_what_the_page_asked()
    {
        var page = await OpenAsync("""قال "سامح شكري" إن القاهرة لا تُنسى 'أبدًا' \ $HOME.""");
        var mentions = await page.Locator("#marked mark").AllTextContentsAsync();
        Assert.NotEmpty(mentions);
        var programs = await ProgramsAsync(page);
        var viaCurl = ProtoJson.Parse<Contracts.V1.ExtractEntitiesResponse>(await OutputOfAsync("bash", programs[0]));
        Assert.Equal(mentions, viaCurl.Mentions.Select(m => m.Text));
        var viaPython = (await OutputOfAsync("python3", programs[1])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(mentions, viaPython.Select(line => line.Split('\t')[1]));
        Assert.Contains("""Text = "قال \"سامح شكري\" إن القاهرة لا تُنسى 'أبدًا' \\ $HOME." """.TrimEnd(), programs[2], StringComparison.Ordinal);
        Assert.Contains(
            "new ExtractionOptions { OffsetUnit = OffsetUnit.UnicodeCodePoint, Features = { Feature.Entities, Feature.Sentences } }",
            programs[2],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Everything_can_be_reached_with_the_keyboard()
    {
        var page = await browser.PageAsync();
        await page.GotoAsync(Url);
        await page.FocusAsync("#text");
        await page.Keyboard.InsertTextAsync(News);
        await page.Keyboard.PressAsync("Control+Enter");
        await DrawnAsync(page, "text");
        await page.FocusAsync("#tab-text");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("true", await page.GetAttributeAsync("#tab-sentences", "aria-selected"));
        await page.Keyboard.PressAsync("End");
        await DrawnAsync(page, "json");
        Assert.Contains("\"mentions\"", await page.TextContentAsync("#json"), StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Home");
        await DrawnAsync(page, "text");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("سيرغي لافروف", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        // Left is onwards in Arabic.
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal("سامح شكري", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await page.Keyboard.PressAsync("End");
        Assert.Equal("غزة", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        Assert.DoesNotContain("Point at a mention", await page.Locator("#about").TextContentAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OFFSET_UNIT_UTF16_CODE_UNIT", 3)]
    [InlineData("OFFSET_UNIT_UNICODE_CODE_POINT", 2)]
    [InlineData("OFFSET_UNIT_UTF8_BYTE", 5)]
    public async Task The_json_view_counts_in_the_unit_that_was_chosen(string unit, int start)
    {
        // An emoji of one code point, two UTF-16 units and four bytes, then a space.
        const string text = "😀 القاهرة مدينة كبيرة 😀 زارها الرئيس محمود عباس. وسافر إلى باريس 😀.";
        var page = await OpenAsync(text);
        await page.SelectOptionAsync("#unit", unit);
        await ShowAsync(page, "json");
        Assert.Contains(unit, await page.TextContentAsync("#json"), StringComparison.Ordinal);
        var shown = ProtoJson.Parse<Contracts.V1.ExtractEntitiesResponse>((await page.TextContentAsync("#json"))!);
        Assert.Equal(start, shown.Mentions[0].Span.Start);
        // The page recounts by itself; it must count as the server does.
        var options = new Contracts.V1.ExtractionOptions
        {
            OffsetUnit = shown.OffsetUnit,
            Features = { Contracts.V1.Feature.Entities, Contracts.V1.Feature.Sentences },
        };
        var request = new Contracts.V1.ExtractEntitiesRequest
        {
            Document = new Contracts.V1.Document { Text = text },
            Options = options,
        };
        var answer = await shared.Server.Client.ExtractEntitiesAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        (shown.Statistics, answer.Statistics) = (null, null);
        Assert.Equal(answer, shown);
    }

    [Fact]
    public async Task What_the_server_refuses_is_told()
    {
        await using var strict = await RunningServer.ServeAsync("Limits:MaxTextLength=100");
        var page = await browser.PageAsync();
        await page.GotoAsync(strict.Url.ToString());
        await page.FillAsync("#text", new string('م', 101));
        await page.ClickAsync("#go");
        await page.WaitForSelectorAsync("#error:not([hidden])");
        Assert.Contains("the limit is 100", await page.Locator("#error").TextContentAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wide", "en-US", 1280, ColorScheme.Light)]
    [InlineData("narrow", "en-US", 390, ColorScheme.Light)]
    [InlineData("dark", "en-US", 1280, ColorScheme.Dark)]
    [InlineData("dark-narrow", "en-US", 390, ColorScheme.Dark)]
    [InlineData("arabic-wide", "ar-EG", 1280, ColorScheme.Light)]
    [InlineData("arabic-dark-narrow", "ar-EG", 390, ColorScheme.Dark)]
    public async Task The_page_is_accessible_fits_the_screen_and_is_pictured(string name, string locale, int width, ColorScheme scheme)
    {
        var page = await OpenAsync(News + " وسافر من بيروت وباريس إلى واشنطن ثم عاد لافروف إلى موسكو.", width, scheme, locale);
        var folder = Repository.PathOf("artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        foreach (var view in (string[])["text", "sentences", "mentions", "entities", "words", "json"])
        {
            await ShowAsync(page, view);
            if (view == "json")
                Assert.Contains("\"mentions\"", await page.TextContentAsync("#json"), StringComparison.Ordinal);
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{view}.png"), FullPage = true });
            Assert.True(
                await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"),
                $"The {view} view is wider than the screen."
            );
            if (width < 400)
                Assert.Empty(await page.EvaluateAsync<string[]>(OffScreen));
            // Contrast hangs on the colours and the order of things on the width; each is looked at once, because this is slow.
            if (name is not ("wide" or "arabic-dark-narrow"))
                continue;
            var found = await page.RunAxe();
            Assert.True(
                found.Violations.Length == 0,
                string.Join('\n', found.Violations.Select(v => $"{view}: {v.Id}: {v.Help}: {string.Join(", ", v.Nodes.Select(n => n.Html))}"))
            );
        }
    }

    /// <summary>Does something and waits until the page has shown the answer to a request that holds what is expected.</summary>
    private static async Task AskedAsync(IPage page, Func<Task> act, string expected)
    {
        var answered = page.WaitForResponseAsync(response => response.Url.EndsWith("/v1/entities:extract", StringComparison.Ordinal));
        await act();
        Assert.Contains(expected, (await answered).Request.PostData!, StringComparison.Ordinal);
        await page.WaitForFunctionAsync("() => !document.getElementById('go').disabled");
    }

    /// <summary>Chooses a view and waits until it is drawn.</summary>
    private static async Task ShowAsync(IPage page, string view)
    {
        await page.ClickAsync($"#tab-{view}");
        await DrawnAsync(page, view);
    }

    /// <summary>Waits until a view is drawn whole: what takes its time is drawn in turns.</summary>
    private static async Task DrawnAsync(IPage page, string view) =>
        await page.WaitForSelectorAsync($"#panel[aria-busy=false][aria-labelledby=tab-{view}]");

    /// <summary>What the buttons copy: for curl, Python and C#.</summary>
    private static async Task<string[]> ProgramsAsync(IPage page)
    {
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await ShowAsync(page, "json");
        var programs = new List<string>();
        foreach (var name in (string[])["curl", "Python", "C#"])
        {
            await page.EvaluateAsync("document.getElementById('status').textContent = ''");
            await page.ClickAsync($"[data-copy='{name}']");
            await page.WaitForFunctionAsync("() => document.getElementById('status').textContent === 'Copied.'");
            programs.Add(await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        }
        return [.. programs];
    }

    private static async Task<string> OutputOfAsync(string interpreter, string program)
    {
        var end = await ChildProcess.RunAsync(interpreter, "-c", program);
        Assert.True(end.ExitCode == 0, end.Error);
        return end.Output;
    }

    private async Task<IPage> OpenAsync(string text, int width = 1280, ColorScheme scheme = ColorScheme.Light, string locale = "en-US")
    {
        var page = await browser.PageAsync(width, 900, scheme, locale);
        await page.GotoAsync(Url + "#text=" + Uri.EscapeDataString(text));
        await DrawnAsync(page, "text");
        return page;
    }
}
