using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Compile;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>What the steps of a picture's review come to. Pure: the same steps give the same state and the same etag.</summary>
/// <remarks>Immutable; whoever is given <see cref="Review"/> clones it before changing anything.</remarks>
internal sealed record ReviewState
{
    private const int EtagBytes = 16;

    /// <summary>How far the picture has come.</summary>
    public required PictureState State { get; init; }

    /// <summary>What people have decided.</summary>
    public required Review Review { get; init; }

    // Each step is hashed behind those before it, so that no two states of any picture share an etag.
    private byte[] Chain { get; init; } = [];

    /// <summary>What a verb must be sent to act on this state.</summary>
    public string Etag
    {
        get
        {
            Span<byte> last = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(last, Review.SupersededBy);
            return Convert.ToHexStringLower(SHA256.HashData([.. Chain, .. last]).AsSpan(0, EtagBytes));
        }
    }

    /// <summary>Approved, whether or not another revision has taken its place since.</summary>
    public bool IsApproved => Review.ApproveTime is not null;

    /// <summary>A picture as it was compiled.</summary>
    public static ReviewState Begin(PictureName name, ReadOnlySpan<byte> contentHash) => new()
    {
        State = name.Revision == 0 ? PictureState.Collecting : PictureState.Compiled,
        Review = new Review(),
        Chain = SHA256.HashData([.. Encoding.UTF8.GetBytes(name.ToString()), .. contentHash]),
    };

    /// <summary>The state after a step.</summary>
    /// <param name="step">As it stands in the journal.</param>
    public ReviewState After(ReviewStepEntry step)
    {
        var review = Review.Clone();
        var state = State;
        switch (step.StepCase)
        {
            case ReviewStepEntry.StepOneofCase.Started:
                state = PictureState.InReview;
                break;
            case ReviewStepEntry.StepOneofCase.Edit:
                review.Edits.Add(step.Edit);
                break;
            case ReviewStepEntry.StepOneofCase.Level:
                Decide(review, step.Level);
                break;
            case ReviewStepEntry.StepOneofCase.Carried:
                review.Edits.Add(step.Carried.Edits);
                review.Levels.Add(step.Carried.Levels);
                break;
            case ReviewStepEntry.StepOneofCase.Approved:
                review.MergeFrom(step.Approved.Review);
                state = PictureState.Approved;
                break;
            case ReviewStepEntry.StepOneofCase.Delivered:
                state = step.Delivered.Draft ? state : PictureState.Distributed;
                break;
            default:
                throw new InvalidDataException("The journal has a step of a review that this version does not know.");
        }

        return this with { State = state, Review = review, Chain = SHA256.HashData([.. Chain, .. WithoutNumbers(step).ToByteArray()]) };
    }

    // The journal's own numbers tell how much there is that the reader may not see, and a hash of few unknown digits tells them.
    private static ReviewStepEntry WithoutNumbers(ReviewStepEntry step)
    {
        if (step.StepCase != ReviewStepEntry.StepOneofCase.Delivered)
        {
            return step;
        }

        var told = step.Clone();
        told.Delivered.Entries.Clear();
        return told;
    }

    /// <summary>The state once a later revision has taken the picture's place.</summary>
    public ReviewState SupersededBy(int revision)
    {
        var review = Review.Clone();
        review.SupersededBy = revision;
        return this with { State = PictureState.Superseded, Review = review };
    }

    // One of each area, in the order in which they were first decided.
    private static void Decide(Review review, AreaLevelDecision decision)
    {
        for (var i = 0; i < review.Levels.Count; i++)
        {
            if (review.Levels[i].Area == decision.Area)
            {
                review.Levels[i] = decision;
                return;
            }
        }

        review.Levels.Add(decision);
    }
}
