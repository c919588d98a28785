using Xunit;

namespace SpanRnn.Tests.Twin;

/// <summary>Two steps of each optimizer from w = 1 with gradients 1/2 and then -1/4, against arithmetic by hand.</summary>
public sealed class TwinOptimizerFacts
{
    [Fact]
    public void Sgd_moves_against_the_gradient() =>
        AssertSteps(new TwinSgd(0.5), 1 - 0.25, 0.75 + 0.125);

    // g = 0.5 + 0.5 * 1 = 1, then -0.25 + 0.5 * 0.5 = 0.
    [Fact]
    public void Weight_decay_joins_the_gradient() =>
        AssertSteps(new TwinSgd(0.5, weightDecay: 0.5), 0.5, 0.5);

    // v = 0.5, then 0.5 * 0.5 - 0.25 = 0.
    [Fact]
    public void Momentum_starts_with_the_gradient_and_decays() =>
        AssertSteps(new TwinSgd(0.5, momentum: 0.5), 0.75, 0.75);

    // g + mu v = 0.5 + 0.25, then -0.25 + 0.
    [Fact]
    public void Nesterov_looks_ahead_by_one_momentum() =>
        AssertSteps(new TwinSgd(0.5, momentum: 0.5, nesterov: true), 1 - 0.375, 0.625 + 0.125);

    // Corrected, the first moments are 0.5 and (0.5 * 0.25 - 0.125) / 0.75 = 0; so the first step is lr * sign.
    [Fact]
    public void Adam_corrects_its_moments_for_their_start_at_zero() =>
        AssertSteps(new TwinAdam(0.25, beta1: 0.5, beta2: 0.75, epsilon: 0), 0.75, 0.75);

    // The second moments after correction: 0.25, then (0.75 * 0.0625 + 0.25 * 0.0625) / (1 - 0.5625) = 1/7. With beta1 = 0
    // m is the gradient itself.
    [Fact]
    public void Adam_adds_epsilon_to_the_corrected_root() =>
        AssertSteps(
            new TwinAdam(1, beta1: 0, beta2: 0.75, epsilon: 0.5), 1 - 0.5 / (0.5 + 0.5), 0.5 + 0.25 / (Math.Sqrt(1.0 / 7) + 0.5));

    // g = 0.5 + 0.5 * 1 = 1 gives the step lr; then g = -0.25 + 0.5 * 0.75 = 0.125 with both betas 0 gives it again.
    [Fact]
    public void Adam_adds_its_decay_to_the_gradient() =>
        AssertSteps(new TwinAdam(0.25, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0.5), 0.75, 0.5);

    // Decay shrinks w by 1 - 0.25 * 0.5 first; the steps are then lr * sign(g).
    [Fact]
    public void AdamW_shrinks_the_weight_apart_from_the_gradient() =>
        AssertSteps(TwinAdam.W(0.25, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0.5), 0.875 - 0.25, 0.625 * 0.875 + 0.25);

    // v = 0.25 * 0.25 = 1/16, then 0.75 / 16 + 0.25 / 16 = 1/16.
    [Fact]
    public void RmsProp_divides_by_the_root_of_the_mean_square() =>
        AssertSteps(new TwinRmsProp(0.5, alpha: 0.75, epsilon: 0.25), 1 - 0.5 * (0.5 / 0.5), 0.5 + 0.5 * (0.25 / 0.5));

    // The steps are 1 and -0.5 as above; with momentum 0.75 the velocities are 1 and 0.25.
    [Fact]
    public void RmsProp_gathers_momentum_before_the_learning_rate() =>
        AssertSteps(new TwinRmsProp(0.5, alpha: 0.75, epsilon: 0.25, momentum: 0.75), 0.5, 0.5 - 0.125);

    // v = 1/8 then 3/32; mean = 1/4 then 0: variances 1/16 and 3/32.
    [Fact]
    public void Centered_RmsProp_takes_the_square_of_the_mean_away() =>
        AssertSteps(
            new TwinRmsProp(0.5, alpha: 0.5, epsilon: 0.25, centered: true), 1 - 0.5 * (0.5 / 0.5),
            0.5 + 0.5 * (0.25 / (Math.Sqrt(3.0 / 32) + 0.25)));

    [Fact]
    public void Clipping_by_norm_scales_all_tensors_by_one_coefficient()
    {
        Dictionary<string, double[]> gradients = new() { ["a"] = [3], ["b"] = [0, -4] };
        Assert.Equal(5, TwinClipping.ByGlobalNorm(gradients, 2));
        Assert.Equal([3 * (2 / 5.000001)], gradients["a"]);
        Assert.Equal([0, -4 * (2 / 5.000001)], gradients["b"]);
    }

    [Fact]
    public void Clipping_by_norm_never_enlarges()
    {
        Dictionary<string, double[]> gradients = new() { ["a"] = [3, -4] };
        Assert.Equal(5, TwinClipping.ByGlobalNorm(gradients, 6));
        Assert.Equal([3, -4], gradients["a"]);
    }

    [Fact]
    public void Clipping_by_value_limits_each_element()
    {
        Dictionary<string, double[]> gradients = new() { ["a"] = [3, -4, 0.5] };
        TwinClipping.ByValue(gradients, 1);
        Assert.Equal([1, -1, 0.5], gradients["a"]);
    }

    [Fact]
    public void Moments_of_different_tensors_and_elements_do_not_mix()
    {
        Dictionary<string, double[]> w = new() { ["a"] = [1, 1], ["b"] = [1] };
        TwinSgd optimizer = new(0.5, momentum: 0.5);
        optimizer.Step(w, new Dictionary<string, double[]> { ["a"] = [0.5, 0], ["b"] = [0] });
        optimizer.Step(w, new Dictionary<string, double[]> { ["a"] = [0, 0], ["b"] = [0] });
        Assert.Equal([1 - 0.25 - 0.125, 1], w["a"]);
        Assert.Equal([1], w["b"]);
    }

    private static void AssertSteps(TwinOptimizer optimizer, double first, double second)
    {
        Dictionary<string, double[]> parameters = new() { ["w"] = [1] };
        optimizer.Step(parameters, new Dictionary<string, double[]> { ["w"] = [0.5] });
        Assert.Equal(first, parameters["w"][0], 1e-15);
        optimizer.Step(parameters, new Dictionary<string, double[]> { ["w"] = [-0.25] });
        Assert.Equal(second, parameters["w"][0], 1e-15);
    }
}
