using SpanRnn.Interchange;

namespace SpanRnn.Tool.Reports;

/// <summary>What <c>verify</c> found.</summary>
internal sealed record CheckReport(bool Passed, double Tolerance, ModelCheckResult Result);
