using System.Text;
using TrygghetHub.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

return await CommandActions.RunAsync(ThubCommands.Create(), args);
