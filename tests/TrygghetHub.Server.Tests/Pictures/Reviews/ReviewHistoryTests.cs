using System.Globalization;
using Google.Protobuf;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Testing;
using Xunit.Sdk;

namespace TrygghetHub.Server.Tests.Pictures.Reviews;

/// <summary>
/// A real hub under a random script of every verb in every state, with right and wrong etags, new revisions and restarts, and a
/// model that says from the words of the contract alone what is taken and how each revision stands.
/// </summary>
/// <remarks><c>TRYGGHETHUB_SEED=n</c> runs one seed again; <c>TRYGGHETHUB_SEEDS=n</c> runs so many.</remarks>
public sealed class ReviewHistoryTests
{
    private const int Steps = 70;

    [Fact]
    public async Task History_OfARandomScript_HoldsTheContract()
    {
        var one = Environment.GetEnvironmentVariable("TRYGGHETHUB_SEED");
        var seeds = one is not null
            ? [int.Parse(one, CultureInfo.InvariantCulture)]
            : Enumerable.Range(1, int.Parse(Environment.GetEnvironmentVariable("TRYGGHETHUB_SEEDS") ?? "3", CultureInfo.InvariantCulture));
        foreach (var seed in seeds)
        {
            var script = new List<string>();
            try
            {
                await RunAsync(seed, script);
            }
            catch (Exception fault)
            {
                throw new XunitException($"TRYGGHETHUB_SEED={seed}\n{string.Join('\n', script)}\n{fault}");
            }
        }
    }

    private static async Task RunAsync(int seed, List<string> script)
    {
        // Seeded, so that a failure can be run again.
        var random = new Random(seed);
        await using var hub = await ReviewHub.StartAsync();
        var model = new List<Modelled>();
        await CompileAsync();
        for (var i = 0; i < Steps; i++)
        {
            switch (random.Next(24))
            {
                case 0 or 1:
                    await CompileAsync();
                    break;
                case 2:
                    await RestartAsync();
                    break;
                case var verb:
                    // The last revision more often: those before it are mostly done with.
                    await ActAsync(model[random.Next(3) == 0 ? random.Next(model.Count) : ^1], verb % 6, isStale: random.Next(5) == 0);
                    break;
            }

            await CheckAsync();
        }

        await RestartAsync();
        await CheckAsync();

        async Task CompileAsync()
        {
            script.Add($"compile r{model.Count + 1}");
            await hub.KeepAsync(ReviewHub.Content(graffiti: 3 + model.Count));
            model.ForEach(m => m.SupersededBy ??= m.Approved is null ? model.Count + 1 : null);
            model.Add(new Modelled(model.Count + 1));
        }

        async Task RestartAsync()
        {
            script.Add("restart");
            var before = await AllAsync();
            await hub.Hub.RestartAsync();
            Assert.Equal(before, await AllAsync());
        }

        async Task ActAsync(Modelled target, int verb, bool isStale)
        {
            var picture = await hub.Municipality.PictureAsync(2024, 20, target.Revision);
            var expected = isStale ? "ETAG_MISMATCH" : target.Takes(verb) ? "" : "PICTURE_STATE";
            var asked = picture.Clone();
            asked.Etag = isStale ? Stale(picture.Etag) : picture.Etag;
            script.Add($"r{target.Revision} {target.State} verb {verb}{(isStale ? " stale" : "")}: {expected}");
            var reason = "";
            try
            {
                await DoAsync(asked, verb);
            }
            catch (HubException refused)
            {
                reason = refused.Reason ?? refused.Message;
            }

            Assert.Equal(expected, reason);
            if (expected.Length > 0)
            {
                Assert.Equal(picture, await hub.Municipality.PictureAsync(2024, 20, target.Revision));
                return;
            }

            target.Begin(verb);
            if (verb == Modelled.Approve)
            {
                target.Approved = (await hub.Municipality.ApprovalAsync(picture.Name)).ToByteString();
                model.Where(m => m.Revision < target.Revision && m.Approved is not null).ToList()
                    .ForEach(m => m.SupersededBy ??= target.Revision);
            }

            // Whoever repeats is answered as before, and changes nothing.
            var after = await hub.Municipality.PictureAsync(2024, 20, target.Revision);
            Assert.NotEqual(picture.Etag, after.Etag);
            await DoAsync(asked, verb);
            Assert.Equal(after, await hub.Municipality.PictureAsync(2024, 20, target.Revision));
        }

        Task DoAsync(SituationalPicture picture, int verb) => verb switch
        {
            Modelled.Start => hub.Municipality.StartReviewAsync(picture),
            Modelled.Edit => hub.Municipality.EditAsync(picture, "Klottret ökar i Bro."),
            Modelled.Level => hub.Municipality.LevelAsync(picture, AreaLevel.Normal, "Ett skäl."),
            Modelled.Dispatch => hub.Municipality.DispatchAsync(picture, "polisen"),
            Modelled.Approve => hub.Municipality.ApproveAsync(picture, "En ny revision."),
            _ => hub.Municipality.DistributeAsync(picture),
        };

        async Task CheckAsync()
        {
            foreach (var expected in model)
            {
                var picture = await hub.Municipality.PictureAsync(2024, 20, expected.Revision);
                Assert.Equal((expected.State, expected.SupersededBy ?? 0), (picture.State, picture.Review?.SupersededBy ?? 0));
                if (expected.Approved is { } bytes)
                {
                    Assert.Equal(bytes, (await hub.Municipality.ApprovalAsync(picture.Name)).ToByteString());
                }
            }
        }

        async Task<IReadOnlyList<SituationalPicture>> AllAsync()
        {
            var all = new List<SituationalPicture>();
            foreach (var each in model)
            {
                all.Add(await hub.Municipality.PictureAsync(2024, 20, each.Revision));
            }

            return all;
        }
    }

    private static string Stale(string etag) => string.Concat(etag.Reverse()) + "0";

    /// <summary>One revision, by the words of the contract.</summary>
    private sealed class Modelled(int revision)
    {
        public const int Start = 0;
        public const int Edit = 1;
        public const int Level = 2;
        public const int Dispatch = 3;
        public const int Approve = 4;
        public const int Distribute = 5;

        private PictureState own = PictureState.Compiled;

        public int Revision => revision;

        public int? SupersededBy { get; set; }

        public ByteString? Approved { get; set; }

        public PictureState State => SupersededBy is null ? own : PictureState.Superseded;

        public bool Takes(int verb) => State switch
        {
            PictureState.Compiled => verb == Start,
            PictureState.InReview => verb is Edit or Level or Dispatch or Approve,
            PictureState.Approved or PictureState.Distributed => verb == Distribute,
            _ => false,
        };

        public void Begin(int verb) => own = verb switch
        {
            Start => PictureState.InReview,
            Approve => PictureState.Approved,
            Distribute => PictureState.Distributed,
            _ => own,
        };
    }
}
