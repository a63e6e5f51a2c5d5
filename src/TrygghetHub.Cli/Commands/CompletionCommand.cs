using System.CommandLine;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub completion</c>: a script with which a shell completes commands and options.</summary>
internal static class CompletionCommand
{
    // Each asks thub itself, by the parser's directive for suggestions, so that no list of commands has to be kept in step.
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _thub() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(thub "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _thub thub
            """,
        ["zsh"] = """
            #compdef thub
            _thub() {
                local line="$BUFFER"
                local -a found
                found=("${(@f)$(thub "[suggest:$CURSOR]" "$line" 2>/dev/null)}")
                compadd -a found || _files
            }
            compdef _thub thub
            """,
        ["fish"] = """
            complete -c thub -a '(set -l line (commandline -cp); thub "[suggest:"(string length -- $line)"]" $line 2>/dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName thub -ScriptBlock {
                param($word, $line, $position)
                thub "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "The shell: bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Print a shell script that completes commands and options. For bash, save it as ~/.local/share/bash-completion/completions/thub.") { shell };
        return command.Does((parsed, screen, _) =>
        {
            screen.Line(Scripts[parsed.GetRequiredValue(shell)]);
            return Task.FromResult(ExitCode.Fine);
        });
    }
}
