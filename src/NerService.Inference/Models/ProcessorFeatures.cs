using System.Collections.Immutable;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NerService.Inference.Models;

/// <summary>What a graph may need of the processor.</summary>
internal static class ProcessorFeatures
{
    /// <summary>
    /// Dot products of 8-bit integers into 32 bits in one instruction: VNNI of AVX-512 or AVX, or Arm's dot product. Without them an x86 processor
    /// adds pairs of products in 16 bits, which overflow, so that the graph would be inexact as well as slow.
    /// </summary>
    internal const string Int8DotProduct = "int8-dot-product";

    private const int Avx512VnniInEcx = 11,
        AvxVnniInEax = 4;

    /// <summary>Every name there is.</summary>
    internal static ImmutableArray<string> Known { get; } = [Int8DotProduct];

    /// <summary>Whether this processor has a feature.</summary>
    /// <param name="name">One of <see cref="Known"/>.</param>
    /// <exception cref="ArgumentException">There is no such feature.</exception>
    internal static bool Has(string name) =>
        name == Int8DotProduct
            ? HasAvx512Vnni || HasAvxVnni || Dp.IsSupported
            : throw new ArgumentException($"There is no processor feature '{name}'; known are {string.Join(", ", Known)}.", nameof(name));

    // The runtime's own checks of Avx512F and Avx2 say that the operating system saves the wide registers, which CPUID's leaf 7 does not.
    private static bool HasAvx512Vnni => Avx512F.IsSupported && (X86Base.CpuId(7, 0).Ecx >> Avx512VnniInEcx & 1) != 0;

    private static bool HasAvxVnni => Avx2.IsSupported && X86Base.CpuId(7, 0).Eax >= 1 && (X86Base.CpuId(7, 1).Eax >> AvxVnniInEax & 1) != 0;
}
