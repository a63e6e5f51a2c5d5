using System.CommandLine;
using System.Text;
using TrygghetHub.Cli;
using TrygghetHub.Cli.Commands;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

var root = new RootCommand("TrygghetHub: one shared situational picture, every week, from those who see the town.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    InitCommand.Create(),
    JoinCommand.Create(),
    DoctorCommand.Create(),
    UseCommand.Create(),
    WhoAmICommand.Create(),
    StatusCommand.Create(),
    new Command("partner", "Who takes part (operator).")
    {
        PartnerCreateCommand.Create(), PartnerCodeCommand.Create(), PartnerListCommand.Create(), PartnerShowCommand.Create(),
        PartnerRolesCommand.Create(), PartnerSuspendCommand.Create(), PartnerResumeCommand.Create(),
        PartnerOffboardCommand.Create(), PartnerEnrolCommand.Create(),
    },
    new Command("cert", "Certificates: your own, and for the operator everybody's.")
    {
        CertListCommand.Create(), CertRenewCommand.Create(), CertRequestsCommand.Create(), CertConsentCommand.Create(),
        CertObjectCommand.Create(), CertNoticesCommand.Create(), CertAddCommand.Create(), CertRevokeCommand.Create(),
    },
    new Command("contact", "Whom you, as a partner, have outside the hub: told of what is done in your name.")
    {
        ContactCommands.CreateList(), ContactCommands.CreateSet(), ContactCommands.CreateRemove(), ContactCommands.CreateKey(),
    },
    new Command("agreement", "Who may send and see what.")
    {
        AgreementListCommand.Create(), AgreementShowCommand.Create(), AgreementDraftCommand.Create(),
        AgreementProposeCommand.Create(), AgreementSignCommand.Create(), AgreementSuspendCommand.Create(),
        AgreementResumeCommand.Create(), AgreementTerminateCommand.Create(), AgreementExportCommand.Create(),
        AgreementVerifyCommand.Create(), AgreementDiffCommand.Create(), AgreementExplainCommand.Create(),
        AgreementReviewCommand.Create(), AgreementRehearseCommand.Create(), AgreementApplyCommand.Create(),
    },
    new Command("area", "The geography.") { AreaListCommand.Create(), AreaFindCommand.Create(), AreaImportCommand.Create() },
    new Command("codes", "Categories, and your own codes for them.")
    {
        CodesCategoriesCommand.Create(), CodesListCommand.Create(), CodesListCommand.CreateUnmapped(), CodesImportCommand.Create(),
        CodesReclassifyCommand.Create(), CodesTypesCommand.Create(), CodesDecideCommand.Create(),
    },
    new Command("links", "Reports of different partners that are probably of one event.")
    {
        LinksListCommand.Create(), LinksDecideCommand.CreateConfirm(), LinksDecideCommand.CreateReject(),
        LinksDecideCommand.CreateReopen(),
    },
    new Command("week", "What you, as a partner, say of your own reporting.") { WeekConfirmCommand.Create(), WeekListCommand.Create() },
    SendCommand.Create(),
    PreviewCommand.Create(),
    ScreenCommand.Create(),
    WithdrawCommand.Create(),
    new Command("quarantine", "Your own reports that wait because something in them points at a person.")
    {
        QuarantineListCommand.Create(), QuarantineShowCommand.Create(), QuarantineConfirmCommand.Create(),
        QuarantineDiscardCommand.Create(),
    },
    ConnectCommand.Create(),
    new Command("picture", "The weekly situational picture: compile, review, approve, distribute; deliveries, receive.")
    {
        PictureCompileCommand.Create(), PictureGetCommand.Create(), PictureListCommand.Create(), PictureReviewCommand.Create(),
        PictureEditCommand.Create(), PictureLevelCommand.Create(), PictureDispatchCommand.Create(), PictureApproveCommand.Create(),
        PictureDistributeCommand.Create(), PictureDeliveriesCommand.Create(), PictureReceiveCommand.Create(), PictureVerifyCommand.Create(),
    },
    FeedCommand.Create(),
    new Command("recall", "Reports that are to be given up.") { RecallListCommand.Create(), RecallAnswerCommand.Create() },
    new Command("retention", "How long what is yours is kept, by whose decision, and what has gone.")
    {
        RetentionShowCommand.Create(), RetentionDecideCommand.Create(), RetentionPreviewCommand.Create(),
        RetentionHoldCommand.Create(), RetentionLiftCommand.Create(), RetentionHoldsCommand.Create(),
        RetentionDisposalsCommand.Create(),
    },
    new Command("audit", "Who has seen what.") { AuditWhoSawCommand.Create() },
    LeaveCommand.Create(),
};

return await CommandActions.RunAsync(root, args);
