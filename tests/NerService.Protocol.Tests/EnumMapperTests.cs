using NerService.Extraction.Candidates;
using NerService.Extraction.Pipeline;
using NerService.Text.Documents;
using NerService.Text.Labels;
using Proto = NerService.Contracts.V1;

namespace NerService.Protocol.Tests;

public sealed class EnumMapperTests
{
    [Fact]
    public void Every_value_inside_has_its_own_in_the_contract_and_comes_back()
    {
        foreach (var unit in Enum.GetValues<OffsetUnit>())
            Assert.Equal(unit, EnumMapper.FromProto(EnumMapper.ToProto(unit)));
        foreach (var type in Enum.GetValues<EntityType>())
            Assert.Equal(type, EnumMapper.FromProto(EnumMapper.ToProto(type)));
        Assert.Equal(Enum.GetValues<CandidateOutcome>().Length, Enum.GetValues<CandidateOutcome>().Select(EnumMapper.ToProto).Distinct().Count());
        Assert.Equal(Enum.GetValues<CandidateOrigin>().Length, Enum.GetValues<CandidateOrigin>().Select(EnumMapper.ToProto).Distinct().Count());
        Assert.Equal(Enum.GetValues<EntitySource>().Length, Enum.GetValues<EntitySource>().Select(EnumMapper.ToProto).Distinct().Count());
    }

    [Fact]
    public void Every_value_of_the_contract_but_an_unspecified_type_is_known_inside()
    {
        foreach (var unit in Enum.GetValues<Proto.OffsetUnit>())
            EnumMapper.FromProto(unit);
        foreach (var priority in Enum.GetValues<Proto.Priority>())
            EnumMapper.FromProto(priority);
        foreach (var type in Enum.GetValues<Proto.EntityType>().Where(type => type != Proto.EntityType.Unspecified))
            EnumMapper.FromProto(type);
        Assert.Throws<ArgumentOutOfRangeException>(() => EnumMapper.FromProto(Proto.EntityType.Unspecified));
    }

    [Fact]
    public void An_unset_unit_is_a_code_point() => Assert.Equal(OffsetUnit.CodePoint, EnumMapper.FromProto(default(Proto.OffsetUnit)));
}
