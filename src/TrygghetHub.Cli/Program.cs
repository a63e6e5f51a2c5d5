using System.CommandLine;
using System.Text;
using TrygghetHub.Cli;
using TrygghetHub.Cli.Commands;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

var root = new RootCommand("TrygghetHub: one shared situational picture, every week, from those who see the town.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    new Command("partner", "Who takes part (operator).") { PartnerEnrolCommand.Create(), PartnerListCommand.Create() },
    new Command("agreement", "Who may send and see what.")
    {
        AgreementApplyCommand.Create(), AgreementListCommand.Create(), AgreementShowCommand.Create(),
    },
    new Command("area", "The geography.") { AreaListCommand.Create() },
    new Command("week", "What you say of your own reporting.") { WeekConfirmCommand.Create() },
    SendCommand.Create(),
    ConnectCommand.Create(),
    new Command("picture", "The weekly situational picture.")
    {
        PictureCompileCommand.Create(), PictureGetCommand.Create(), PictureListCommand.Create(),
    },
};

return await CommandActions.RunAsync(root, args);
