using SpanRnn.Parameters;

namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>
/// A simulated motor with a load, and its sensors. J dw/dt = k i - load(w) drives the speed w; a controller sets the current i so that the speed
/// follows a setpoint that changes every few seconds; the shaft's unbalance and misalignment shake once and twice a turn, the more the faster;
/// C dT/dt = R i^2 - (T - T0) / r heats it. Each sensor adds noise.
/// </summary>
/// <remarks>The controller has an encoder of its own, so a faulty sensor does not steer the machine. The same seed gives the same telemetry.</remarks>
internal sealed class Machine
{
    private const double Step = 1.0 / Sensors.Rate, Rpm = 60 / (2 * Math.PI);
    private const double Inertia = 0.08, TorquePerAmpere = 1.2, Drag = 0.0002, MostCurrent = 15;
    private const double Gain = 0.4, IntegralGain = 0.6, Ramp = 20, Ambient = 25, HeatPerSquareAmpere = 0.8, ThermalSeconds = 60;

    /// <summary>Of a bearing's outer ring: how often a ball passes its flaw, per turn.</summary>
    private const double PassesPerTurn = 3.58;

    private static readonly double[] Noise = [1.0, 0.05, 0.05, 0.05];

    /// <summary>What a drifting sensor is off after a second, in its unit, after another second twice that.</summary>
    private static readonly double[] DriftPerSecond = [8, 0.15, 0.3, 0.8];

    private readonly RandomStream _random;
    private readonly double[] _true = new double[Sensors.Count];
    private readonly float[] _last = new float[Sensors.Count];
    private double _speed = 60, _setpoint = 60, _target = 60, _integral = 7, _load, _angle, _temperature = 45, _secondsToChange;
    private int _spike;

    /// <summary>A machine that has run for a minute.</summary>
    public Machine(RandomStream random)
    {
        _random = random;
        Span<float> reading = stackalloc float[Sensors.Count];
        for (int t = 0; t < 60 * Sensors.Rate; t++)
        {
            Read(reading);
        }
    }

    /// <summary>The next reading of all sensors. Allocates nothing.</summary>
    /// <param name="reading">One number for each sensor.</param>
    /// <param name="fault">What is wrong; null for nothing.</param>
    /// <param name="age">Steps since it began.</param>
    public void Read(Span<float> reading, Fault? fault = null, int age = 0)
    {
        double seconds = age * Step, wear = fault?.Kind == FaultKind.BearingWear ? Math.Min(1, seconds / 6) : 0;
        Move(wear);
        for (int sensor = 0; sensor < Sensors.Count; sensor++)
        {
            double value = _true[sensor] + Noise[sensor] * _random.NextNormal();
            bool isHit = fault?.Sensor == sensor;
            reading[sensor] = (fault?.Kind, isHit) switch
            {
                (FaultKind.SensorStuck, true) => _last[sensor],
                (FaultKind.SensorDrift, true) => (float)(value + DriftPerSecond[sensor] * seconds * fault!.Sign),
                (FaultKind.CurrentSpikes, true) => (float)(value + Spike()),
                _ => (float)value,
            };
        }

        reading.CopyTo(_last);
    }

    /// <summary>One step of the machine itself.</summary>
    private void Move(double wear)
    {
        if ((_secondsToChange -= Step) <= 0)
        {
            (_secondsToChange, _target) = (4 + 11 * _random.NextDouble(), 42 + 52 * _random.NextDouble());
        }

        _setpoint += Math.Clamp(_target - _setpoint, -Ramp * Step, Ramp * Step);
        _load += -_load * Step / 3 + 0.6 * Math.Sqrt(2 * Step / 3) * _random.NextNormal(); // wanders with a memory of 3 s
        double error = _setpoint - _speed;
        _integral = Math.Clamp(_integral + IntegralGain * error * Step, 0, MostCurrent);
        double current = Math.Clamp(Gain * error + _integral, 0, MostCurrent);
        double torque = 4 + _load + Drag * _speed * _speed + 0.8 * wear;
        _speed = Math.Max(0, _speed + (TorquePerAmpere * current - torque) / Inertia * Step);
        _angle += _speed * Step;
        _temperature += (HeatPerSquareAmpere * current * current - (_temperature - Ambient)) / ThermalSeconds * Step + 0.05 * wear * Step;

        double turns = _speed * Rpm / 600;
        double shaking = turns * turns * Math.Sin(_angle) + 0.08 * torque * Math.Sin(2 * _angle + 0.5);
        double passing = wear * (0.6 + 0.3 * _random.NextNormal()) * Math.Sin(PassesPerTurn * _angle);
        (_true[Sensors.Speed], _true[Sensors.Vibration], _true[Sensors.Current], _true[Sensors.Temperature]) =
            (_speed * Rpm, shaking + passing, current, _temperature);
    }

    /// <summary>Two or three times a second the current jumps for two readings.</summary>
    private double Spike()
    {
        if (_spike == 0 && _random.NextDouble() < 2.5 * Step)
        {
            _spike = 2;
        }

        return _spike > 0 ? 2.5 * _spike-- : 0;
    }
}
