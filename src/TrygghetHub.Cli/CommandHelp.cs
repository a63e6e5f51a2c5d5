using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TrygghetHub.Cli;

/// <summary>What <c>--help</c> prints: for <c>thub</c> its commands by group, for a command its options and examples.</summary>
internal sealed class CommandHelp : SynchronousCommandLineAction
{
    private readonly HelpAction usual = new();
    private readonly RootCommand root;
    private readonly IReadOnlyList<(string Heading, Command[] Commands)> groups;

    private CommandHelp(RootCommand root, IReadOnlyList<(string Heading, Command[] Commands)> groups)
    {
        this.root = root;
        this.groups = groups;
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Gives a root and all below it this help.</summary>
    public static void Use(RootCommand root, IReadOnlyList<(string Heading, Command[] Commands)> groups) =>
        root.Options.OfType<HelpOption>().Single().Action = new CommandHelp(root, groups);

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command == root)
        {
            WriteGroups(output);
            return ExitCode.Fine;
        }

        // A command's own option takes the place of one that all have.
        var own = parseResult.CommandResult.Command.Options;
        foreach (var option in root.Options.Where(option => option.Recursive))
        {
            option.Hidden = own.Any(o => o != option && o.Name == option.Name);
        }

        usual.Invoke(parseResult);
        var examples = CommandExamples.Of(ParseFaults.Path(parseResult.CommandResult));
        if (examples.Count > 0)
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine("  thub " + example);
            }

            output.WriteLine();
        }

        return ExitCode.Fine;
    }

    private void WriteGroups(TextWriter output)
    {
        output.WriteLine(root.Description);
        output.WriteLine();
        output.WriteLine("  thub COMMAND [options]       Run `thub COMMAND --help` for its options and examples");
        output.WriteLine("  thub --lang sv COMMAND       Print the hub's error messages in Swedish");
        output.WriteLine("  thub --version");
        var width = root.Subcommands.Max(command => command.Name.Length);
        foreach (var (heading, commands) in groups)
        {
            output.WriteLine();
            output.WriteLine(heading);
            foreach (var command in commands)
            {
                output.WriteLine($"  {command.Name.PadRight(width)}   {command.Description}");
            }
        }

        output.WriteLine();
        output.WriteLine("Exit codes: 0 success, 1 success with warnings, 2 failure or incorrect usage.");
    }
}
