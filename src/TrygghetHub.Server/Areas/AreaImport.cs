using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using NetTopologySuite.Index.Strtree;
using NetTopologySuite.Operation.Distance;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// Decides what a file of features does to the book of areas: all of it or nothing. Pure and thread-safe.
/// <code>
/// 1  shapes     metres, valid or mended                                    (AreaShape)
/// 2  identity   code, name and parent of each feature; none twice
/// 3  fit        inside the parent, beside the siblings
/// 4  changes    what is new, other, the same; what is left out under the same parents is named, and closed where asked
/// </code>
/// </summary>
internal static class AreaImport
{
    /// <summary>
    /// How far an area may reach over its parent's boundary, and a position over that of its municipality, in metres:
    /// published boundaries are simplified by as much.
    /// </summary>
    public const double BoundaryToleranceM = 2_000;

    // Neighbours drawn by hand overlap by a sliver: a hectare, or a hundredth of the smaller one.
    private const double OverlapToleranceM2 = 10_000;
    private const double OverlapToleranceShare = 0.01;

    private const int LongestName = 100;

    // Twice as many as the statistical areas of the largest one; each may have to be laid over each.
    private const int MostDistricts = 1_000;

    /// <summary>Decides.</summary>
    /// <exception cref="HubException">AREAS_INVALID, with the number of the feature at fault; FIELD_INVALID about the order.</exception>
    public static AreaChanges Decide(AreaBook book, AreaImportOrder order, GeoJsonFile file)
    {
        if (file.Features.Count == 0)
        {
            throw AreaFlaw.OfFile("The file has no feature.", "Check what was exported; an import without areas would close them all.");
        }

        var repaired = new List<int>();
        var imported = new List<Imported>(file.Features.Count);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var feature in file.Features)
        {
            var shape = AreaShape.Of(feature, file.IsSweref, out var wasRepaired);
            if (wasRepaired)
            {
                repaired.Add(feature.Number);
            }

            var area = Identify(book, order, feature, shape);
            if (!numbers.TryAdd(area.Code, feature.Number))
            {
                throw AreaFlaw.Of(
                    feature.Number, $"It has the same code as feature {numbers[area.Code]}.",
                    "Give each its own code or name, or make one feature of several polygons.");
            }

            imported.Add(new Imported(feature.Number, area));
        }

        CheckParents(book, imported);
        if (order.Level == AreaLevel.District)
        {
            CheckSiblings(imported);
        }

        return Compare(book, order, imported, repaired);
    }

    /// <summary>Decides what opening a closed area again does.</summary>
    /// <param name="book">Today's.</param>
    /// <param name="area">The area; one in use stays as it is.</param>
    /// <param name="from">The day from which on it is in use again.</param>
    /// <returns>The area and what was closed in it the same day, as they are after, parents first.</returns>
    /// <exception cref="HubException">FIELD_INVALID: its parent is closed, another area lies there now, or the day is too early.</exception>
    public static IReadOnlyList<Area> Reopen(AreaBook book, Area area, DateOnly from)
    {
        if (area.ValidTo is not { } closed)
        {
            return [];
        }

        if (from < closed)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "valid_from", $"The area was in use until {AreaMapping.ToWire(closed)}.",
                "Send that day or a later one, or leave it out for today.");
        }

        if (area.Parent is not null && book.TryGet(area.Parent, out var parent) && parent.IsClosed)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "code", $"{parent.Code}, which holds it, is closed.", "Reopen that one first.");
        }

        if (area is { Level: AreaLevel.District, Shape: { } shape }
            && book.Children(area.Parent).FirstOrDefault(o => !o.IsClosed && o.Shape is { } other && Overlap(shape, other)) is { } taken)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "code", $"It overlaps {taken.Code}, which is in use, and districts do not overlap.",
                "Import the districts that hold now, and close the others (--close-missing).");
        }

        return [.. WithInside(book, area).Where(a => a.ValidTo == closed).Select(a => a with { ValidTo = null })];
    }

    private static IEnumerable<Area> WithInside(AreaBook book, Area area) =>
        book.Children(area.Code).SelectMany(child => WithInside(book, child)).Prepend(area);

    private static Area Identify(AreaBook book, AreaImportOrder order, MapFeature feature, Geometry shape)
    {
        if (shape is Point && order.Level != AreaLevel.Place)
        {
            throw AreaFlaw.Of(feature.Number, "It is a point, and only a place may be one.", "Send a polygon.");
        }

        if (order.Level == AreaLevel.Municipality)
        {
            return IdentifyMunicipality(book, order, feature) with { Shape = shape, ValidFrom = order.ValidFrom };
        }

        var parent = ParentOf(book, order, feature, shape);
        var name = NameOf(order, feature);
        var code = CodeOf(book, order, feature, parent, name);
        var known = book.TryGet(code, out var existing);
        return new Area(
            code, name, order.Level, parent.Code, existing?.Illustrative ?? false,
            FeatureProperties.SparseOf(feature) ?? (known && existing!.Sparse))
        {
            Shape = shape,
            ValidFrom = order.ValidFrom,
        };
    }

    private static Area IdentifyMunicipality(AreaBook book, AreaImportOrder order, MapFeature feature)
    {
        var code = order.Properties.MunicipalityOf(feature) ?? throw AreaFlaw.Of(
            feature.Number, "None of its properties is the code of a municipality.",
            "Name the property that holds it (--code-property).");
        return !book.TryGet(code, out var area) || area.Level != AreaLevel.Municipality
            ? throw AreaFlaw.Of(
                feature.Number, "The hub knows no municipality with its code.",
                "Use official codes, such as 0139; name the property that holds them (--code-property).")
            : order.Parent is { } county && area.Parent != county.Code
                ? throw AreaFlaw.Of(feature.Number, "It lies in another county.", "Leave out the parent, or the feature.")
                : area;
    }

    // What the caller says, what the feature says, or where it lies.
    private static Area ParentOf(AreaBook book, AreaImportOrder order, MapFeature feature, Geometry shape)
    {
        var level = order.Level - 1;
        var said = level == AreaLevel.Municipality
            ? FeatureProperties.ParentMunicipalityOf(feature)
            : FeatureProperties.ParentDistrictOf(feature);
        var within = order.Parent;
        if (within is not null && within.Level == level)
        {
            return said is not null && level == AreaLevel.Municipality && said != within.Code && book.TryGet(said, out _)
                ? throw AreaFlaw.Of(feature.Number, "It says that it lies in another municipality.", "Leave out the parent, or the feature.")
                : within;
        }

        if (said is not null && (Known(book, said, level) ?? (within is null ? null : OnlyNamed(book, within, said, level))) is { } named)
        {
            return IsIn(book, named, within) ? named : throw OutsideScope(feature.Number);
        }

        var inside = shape.InteriorPoint;
        var at = new SwerefPoint(inside.Y, inside.X);
        return book.Map.Find(level, at) is { } found && !found.IsClosed
            ? IsIn(book, found, within) ? found : throw OutsideScope(feature.Number)
            : throw AreaFlaw.Of(
                feature.Number,
                level == AreaLevel.Municipality
                    ? "It lies in no municipality whose boundary the hub knows."
                    : "It lies in no district whose boundary the hub knows.",
                level == AreaLevel.Municipality
                    ? "Name the municipality (--parent), or import the municipalities' boundaries first."
                    : "Name the district (--parent, or a property district), or import the districts' boundaries first.");
    }

    private static HubException OutsideScope(int number) =>
        AreaFlaw.Of(number, "It lies outside the parent that was named.", "Leave out the parent, or the feature.");

    private static bool IsIn(AreaBook book, Area area, Area? within) =>
        within is null || (book.TryResolve(area.Code, out var chain) && chain.IsWithin(within.Code));

    private static Area? Known(AreaBook book, string code, AreaLevel level) =>
        book.TryGet(code, out var area) && area.Level == level && !area.IsClosed ? area : null;

    private static Area? OnlyNamed(AreaBook book, Area within, string name, AreaLevel level) =>
        book.Named(within.Code, name).Where(a => a.Level == level).ToArray() is [var only] ? only : null;

    private static string NameOf(AreaImportOrder order, MapFeature feature)
    {
        var name = order.Properties.NameOf(feature) ?? throw AreaFlaw.Of(
            feature.Number, "None of its properties is a name.", "Name the property that holds it (--name-property).");

        // The one place where names come in.
        if (CleanText.Check(name, "") is { } found)
        {
            throw AreaFlaw.Of(feature.Number, found.Rule, "Give it the name that people use for the place.");
        }

        return name.Length > LongestName || name.Any(char.IsControl) || AreaName.Folded(name).Length == 0
            ? throw AreaFlaw.Of(
                feature.Number, $"A name has 1 to {LongestName} characters, with a letter or digit and no control characters.",
                "Give it the name that people use.")
            : name;
    }

    // The feature's own, that of the sibling of the same name, or one made of the name.
    private static string CodeOf(AreaBook book, AreaImportOrder order, MapFeature feature, Area parent, string name)
    {
        var code = GivenCodeOf(book, order, feature, parent, name);
        var own = code.IndexOf('-', StringComparison.Ordinal) is >= 0 and var at ? code[at..] : "";
        return ChosenId.HasNoWholeNumber(own)
            ? code
            : throw AreaFlaw.Of(
                feature.Number, $"What stands after the municipality in its code has more than {ChosenId.MostDigits} digits.",
                "Give it a code with letters (--code-property).");
    }

    private static string GivenCodeOf(AreaBook book, AreaImportOrder order, MapFeature feature, Area parent, string name)
    {
        string shortName;
        if (order.Properties.CodeOf(feature) is { } said)
        {
            if (AreaBook.PlaceOf(said) is { } place && place.Level == order.Level)
            {
                return place.Parent == parent.Code
                    ? said
                    : throw AreaFlaw.Of(
                        feature.Number, "Its code begins with that of another area than the one that it lies in.",
                        "Correct the code, or name the parent that it says.");
            }

            if (FeatureProperties.IsBrokenNumber(said))
            {
                throw AreaFlaw.Of(
                    feature.Number, "Its code is a number with decimals, an exponent or a sign, and not the code as it was given.",
                    "Export the codes as text; name the property that holds them (--code-property).");
            }

            shortName = AreaName.ShortName(said);
        }
        else if (order.Properties.NamesCode)
        {
            throw AreaFlaw.Of(
                feature.Number, "It lacks the property that was named for the code.",
                "Correct the property's name, fill it in, or leave it out to make codes of the names (--code-property).");
        }
        else if (book.Named(parent.Code, name).Where(a => a.Parent == parent.Code).ToArray() is [var sibling])
        {
            return sibling.Code;
        }
        else
        {
            shortName = AreaName.ShortName(name);
        }

        return shortName.Length > 0
            ? $"{parent.Code}-{shortName}"
            : throw AreaFlaw.Of(
                feature.Number, "No code can be made of it: it has no letter a–z and no digit.",
                "Give it a code (--code-property).");
    }

    private static void CheckParents(AreaBook book, List<Imported> imported)
    {
        var parents = new Dictionary<string, (IPreparedGeometry Inside, IndexedFacetDistance Border)>(StringComparer.Ordinal);
        foreach (var (number, area) in imported)
        {
            if (area.Level <= AreaLevel.Municipality || !book.TryGet(area.Parent!, out var parent) || parent.Shape is not { } outer)
            {
                continue;
            }

            if (!parents.TryGetValue(parent.Code, out var known))
            {
                parents.Add(
                    parent.Code, known = (PreparedGeometryFactory.Prepare(outer), new IndexedFacetDistance(outer)));
            }

            // What stands inside, or near the border from outside.
            var (inside, border) = known;
            var points = area.Shape!.Coordinates.Select(c => outer.Factory.CreatePoint(c));
            if (!inside.Covers(area.Shape)
                && points.Any(p => !inside.Covers(p) && !border.IsWithinDistance(p, BoundaryToleranceM)))
            {
                throw AreaFlaw.Of(
                    number, $"It reaches more than {BoundaryToleranceM / 1000:0} km outside the area that should hold it.",
                    "Check the coordinates and the parent.");
            }
        }
    }

    private static void CheckSiblings(List<Imported> imported)
    {
        foreach (var siblings in imported.GroupBy(i => i.Area.Parent, StringComparer.Ordinal))
        {
            if (siblings.Skip(MostDistricts).FirstOrDefault() is { } tooMany)
            {
                throw AreaFlaw.Of(
                    tooMany.Number, $"A municipality has at most {MostDistricts} districts.", "Import the small ones as places.");
            }

            var tree = new STRtree<Imported>();
            foreach (var each in siblings)
            {
                tree.Insert(each.Area.Shape!.EnvelopeInternal, each);
            }

            foreach (var each in siblings)
            {
                var prepared = PreparedGeometryFactory.Prepare(each.Area.Shape);
                foreach (var other in tree.Query(each.Area.Shape!.EnvelopeInternal)
                    .Where(o => o.Number < each.Number && prepared.Intersects(o.Area.Shape)))
                {
                    if (Overlap(each.Area.Shape, other.Area.Shape!))
                    {
                        throw AreaFlaw.Of(
                            each.Number, $"It overlaps feature {other.Number}, and districts of a municipality do not.",
                            "Draw one of them again.");
                    }
                }
            }
        }
    }

    private static void CheckRemaining(List<Imported> imported, List<Area> remaining)
    {
        var tree = new STRtree<Area>();
        foreach (var area in remaining.Where(a => a.Shape is not null))
        {
            tree.Insert(area.Shape!.EnvelopeInternal, area);
        }

        foreach (var (number, area) in imported)
        {
            if (tree.Query(area.Shape!.EnvelopeInternal).FirstOrDefault(
                o => o.Parent == area.Parent && Overlap(area.Shape, o.Shape!)) is { } other)
            {
                throw AreaFlaw.Of(
                    number, $"It overlaps {other.Code}, which is in use and not in the file, and districts of a municipality do not.",
                    "Send that one too, or close what the file lacks (--close-missing).");
            }
        }
    }

    private static bool Overlap(Geometry one, Geometry other)
    {
        if (!one.EnvelopeInternal.Intersects(other.EnvelopeInternal))
        {
            return false;
        }

        var smaller = Math.Min(one.Area, other.Area);
        return OverlapM2(one, other) > Math.Min(smaller / 2, Math.Max(OverlapToleranceM2, smaller * OverlapToleranceShare));
    }

    private static double OverlapM2(Geometry one, Geometry other) =>
        OverlayNGRobust.Overlay(one, other, SpatialFunction.Intersection).Area;

    private static AreaChanges Compare(AreaBook book, AreaImportOrder order, List<Imported> imported, List<int> repaired)
    {
        var kinds = new Dictionary<string, AreaChangeKind>(StringComparer.Ordinal);
        var changed = new List<Area>();
        var unchanged = 0;
        foreach (var (_, area) in imported)
        {
            if (!book.TryGet(area.Code, out var before) || before.IsClosed)
            {
                Change(area, before, AreaChangeKind.Added);
            }
            else if (IsSame(before, area))
            {
                unchanged++;
            }
            else
            {
                Change(area, before, AreaChangeKind.Changed);
            }
        }

        List<Area> missing = [];
        if (order.Level > AreaLevel.Municipality)
        {
            var codes = imported.Select(i => i.Area.Code).ToHashSet(StringComparer.Ordinal);
            Area[] leftOut = [.. Siblings(book, order, imported).Where(a => !a.IsClosed && !codes.Contains(a.Code))];
            Area[] withInside = [.. leftOut.SelectMany(area => WithInside(book, area)).Where(a => !a.IsClosed)];
            if (order.CloseMissing)
            {
                foreach (var area in withInside)
                {
                    Change(area with { ValidTo = order.ValidFrom }, area, AreaChangeKind.Closed);
                }
            }
            else
            {
                missing.AddRange(withInside);
                if (order.Level == AreaLevel.District)
                {
                    CheckRemaining(imported, [.. leftOut]);
                }
            }
        }

        return new AreaChanges(changed, kinds, unchanged, repaired, missing);

        void Change(Area area, Area? before, AreaChangeKind kind)
        {
            if ((before?.ValidTo ?? before?.ValidFrom) is { } since && since > order.ValidFrom)
            {
                throw new HubException(
                    ErrorReason.FieldInvalid, "import.valid_from",
                    "The import would hold from before the one that it follows.", "Send a later day, or leave it out for today.");
            }

            kinds.Add(area.Code, kind);
            changed.Add(area);
        }
    }

    // Whatever lies directly in a parent that was named, or in one that a feature lies in.
    private static IEnumerable<Area> Siblings(AreaBook book, AreaImportOrder order, List<Imported> imported)
    {
        var parents = imported.Select(i => i.Area.Parent!);
        if (order.Parent is { } scope)
        {
            parents = parents.Concat(book.Areas.Where(a => a.Level == order.Level - 1 && IsIn(book, a, scope)).Select(a => a.Code));
        }

        return parents.Distinct(StringComparer.Ordinal).SelectMany(book.Children);
    }

    private static bool IsSame(Area one, Area other) =>
        one.DisplayName == other.DisplayName && one.Sparse == other.Sparse
        && one.Shape is { } shape && shape.EqualsExact(other.Shape);

    private sealed record Imported(int Number, Area Area);
}
