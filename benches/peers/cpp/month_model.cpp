// The month model as one would write it in C++: structs, one run at a time, double precision, the
// standard library's distributions on a fast generator.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// xoshiro256++ (Blackman & Vigna 2019), seeded by SplitMix64.
struct Generator {
    using result_type = std::uint64_t;
    std::uint64_t s[4];

    explicit Generator(std::uint64_t seed) {
        for (auto& word : s) {
            std::uint64_t z = seed += 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            word = z ^ (z >> 31);
        }
    }
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return UINT64_MAX; }
    static std::uint64_t rotate(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
    result_type operator()() {
        const std::uint64_t result = rotate(s[0] + s[3], 23) + s[0];
        const std::uint64_t t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = rotate(s[3], 45);
        return result;
    }
    double uniform() { return static_cast<double>((*this)() >> 11) * 0x1p-53; }
};

struct Quantity {
    std::string kind;
    double first, second;

    double draw(Generator& generator) const {
        if (kind == "beta") {
            const double a = std::gamma_distribution<double>(first)(generator);
            const double b = std::gamma_distribution<double>(second)(generator);
            return a / (a + b);
        }
        if (kind == "lognormal") {
            return std::lognormal_distribution<double>(first, second)(generator);
        }
        return first;
    }
};

struct Condition {
    std::size_t variable;
    bool is_above;
    double threshold;

    bool holds(const std::vector<double>& variables) const {
        const double value = variables[variable];
        return is_above ? value > threshold : value < threshold;
    }
};

struct Variable {
    Quantity initial;
    double baseline, reversion, volatility;
};

struct Effect {
    std::size_t variable;
    double amount;
};

struct Action {
    Condition requires_;
    double success, cost;
    std::vector<Effect> effects;

    // The expected utility of trying it.
    double utility(const std::vector<double>& variables,
                   const std::vector<double>& interests) const {
        double gain = 0;
        for (const auto& effect : effects) {
            const double before = variables[effect.variable];
            const double after = std::clamp(before + effect.amount, 0.0, 1.0);
            gain += interests[effect.variable] * (after - before);
        }
        return success * gain - cost;
    }
};

struct Imperative {
    Quantity weight;
    std::vector<double> goal;  // by variable
};

struct Actor {
    double precision;
    std::vector<Imperative> imperatives;
    std::vector<Action> actions;

    // The goals are linear, so an actor's interests are one number for each variable.
    std::vector<double> interests(std::size_t n_variables, Generator& generator) const {
        std::vector<double> interests(n_variables, 0.0);
        double sum = 0;
        for (const auto& imperative : imperatives) {
            const double weight = imperative.weight.draw(generator);
            sum += weight;
            for (std::size_t v = 0; v < n_variables; ++v) {
                interests[v] += weight * imperative.goal[v];
            }
        }
        for (auto& interest : interests) interest /= sum;
        return interests;
    }
};

struct Outcome {
    std::string name;
    int sustained_days;
    std::vector<Condition> when;
};

struct Model {
    int days;
    std::vector<Variable> variables;
    std::vector<Actor> actors;
    std::vector<Outcome> outcomes;
};

Quantity read_quantity(std::istream& in) {
    Quantity quantity;
    in >> quantity.kind >> quantity.first >> quantity.second;
    return quantity;
}

Condition read_condition(std::istream& in) {
    Condition condition;
    std::string sign;
    in >> condition.variable >> sign >> condition.threshold;
    condition.is_above = sign == ">";
    return condition;
}

Model read_model(std::istream& in) {
    Model model;
    std::size_t n_variables, n_actors, n_imperatives, n_actions, n_effects, n_outcomes, n_conditions;
    in >> model.days >> n_variables;
    model.variables.resize(n_variables);
    for (auto& variable : model.variables) {
        variable.initial = read_quantity(in);
        in >> variable.baseline >> variable.reversion >> variable.volatility;
    }
    in >> n_actors;
    model.actors.resize(n_actors);
    for (auto& actor : model.actors) {
        in >> actor.precision >> n_imperatives >> n_actions;
        actor.imperatives.resize(n_imperatives);
        for (auto& imperative : actor.imperatives) {
            imperative.weight = read_quantity(in);
            imperative.goal.resize(n_variables);
            for (auto& coefficient : imperative.goal) in >> coefficient;
        }
        actor.actions.resize(n_actions);
        for (auto& action : actor.actions) {
            action.requires_ = read_condition(in);
            in >> action.success >> action.cost >> n_effects;
            action.effects.resize(n_effects);
            for (auto& effect : action.effects) in >> effect.variable >> effect.amount;
        }
    }
    in >> n_outcomes;
    model.outcomes.resize(n_outcomes);
    for (auto& outcome : model.outcomes) {
        in >> outcome.name >> outcome.sustained_days >> n_conditions;
        for (std::size_t i = 0; i < n_conditions; ++i) outcome.when.push_back(read_condition(in));
    }
    if (!in) throw std::runtime_error("the model file ends too early");
    return model;
}

// What is not known of the world: shared by the two runs of a draw.
struct Draw {
    std::vector<double> initial;
    std::vector<std::vector<double>> interests;  // by actor and variable

    Draw(const Model& model, Generator& generator) {
        for (const auto& variable : model.variables) {
            initial.push_back(variable.initial.draw(generator));
        }
        for (const auto& actor : model.actors) {
            interests.push_back(actor.interests(model.variables.size(), generator));
        }
    }
};

struct World {
    std::vector<double> variables, changes, bounds;
    std::vector<int> streaks;
    std::vector<bool> come_true;

    World(const Model& model, const Draw& draw)
        : variables(draw.initial),
          changes(model.variables.size()),
          streaks(model.outcomes.size()),
          come_true(model.outcomes.size()) {}

    void live(const Model& model, const Draw& draw, Generator& generator) {
        std::normal_distribution<double> normal;
        for (int day = 0; day < model.days; ++day) {
            std::fill(changes.begin(), changes.end(), 0.0);
            for (std::size_t a = 0; a < model.actors.size(); ++a) {
                const Action* action = choose(model.actors[a], draw.interests[a], generator);
                if (action && generator.uniform() < action->success) {
                    for (const auto& effect : action->effects) {
                        changes[effect.variable] += effect.amount;
                    }
                }
            }
            for (std::size_t v = 0; v < variables.size(); ++v) {
                const auto& row = model.variables[v];
                double x = std::clamp(variables[v] + changes[v], 0.0, 1.0);
                x += row.reversion * (row.baseline - x) + row.volatility * normal(generator);
                variables[v] = std::clamp(x, 0.0, 1.0);
            }
            judge(model);
        }
    }

    // A logit choice among waiting and the open actions.
    const Action* choose(const Actor& actor, const std::vector<double>& interests,
                         Generator& generator) {
        bounds.clear();
        double sum = 1;
        for (const auto& action : actor.actions) {
            if (action.requires_.holds(variables)) {
                sum += std::exp(actor.precision * action.utility(variables, interests));
            }
            bounds.push_back(sum);
        }
        const double luck = generator.uniform() * sum;
        if (luck < 1) return nullptr;
        for (std::size_t i = 0; i < bounds.size(); ++i) {
            if (luck < bounds[i]) return &actor.actions[i];
        }
        return nullptr;
    }

    void judge(const Model& model) {
        for (std::size_t o = 0; o < model.outcomes.size(); ++o) {
            const auto& outcome = model.outcomes[o];
            const bool holds =
                std::all_of(outcome.when.begin(), outcome.when.end(),
                            [&](const Condition& condition) { return condition.holds(variables); });
            streaks[o] = holds ? streaks[o] + 1 : 0;
            if (streaks[o] >= outcome.sustained_days) come_true[o] = true;
        }
    }
};

std::vector<std::uint64_t> count(const Model& model, std::uint64_t draws, std::uint64_t seed) {
    Generator generator(seed);
    std::vector<std::uint64_t> yes(model.outcomes.size());
    for (std::uint64_t i = 0; i < draws; ++i) {
        const Draw draw(model, generator);
        for (int life = 0; life < 2; ++life) {
            World world(model, draw);
            world.live(model, draw, generator);
            for (std::size_t o = 0; o < yes.size(); ++o) yes[o] += world.come_true[o];
        }
    }
    return yes;
}

int main(int n_arguments, char** arguments) {
    std::uint64_t runs = 0, seed = 0, threads = 1;
    for (int i = 1; i + 1 < n_arguments; i += 2) {
        const std::string name = arguments[i];
        const std::uint64_t number = std::strtoull(arguments[i + 1], nullptr, 10);
        if (name == "--runs") runs = number;
        if (name == "--seed") seed = number;
        if (name == "--threads") threads = number;
    }
    std::ifstream file(arguments[n_arguments - 1]);
    const Model model = read_model(file);
    const std::uint64_t draws = runs / 2;
    // The same code and data as below, once before the clock runs.
    count(model, 50, seed);

    const auto start = std::chrono::steady_clock::now();
    std::vector<std::vector<std::uint64_t>> counts(threads);
    std::vector<std::thread> workers;
    for (std::uint64_t t = 0; t < threads; ++t) {
        const std::uint64_t part = draws * (t + 1) / threads - draws * t / threads;
        workers.emplace_back([&, t, part] { counts[t] = count(model, part, seed * 1000 + t); });
    }
    for (auto& worker : workers) worker.join();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

    std::cout << "{\"runs\": " << draws * 2 << ", \"seconds\": " << seconds.count()
              << ", \"yes\": {";
    for (std::size_t o = 0; o < model.outcomes.size(); ++o) {
        std::uint64_t yes = 0;
        for (const auto& part : counts) yes += part[o];
        std::cout << (o ? ", " : "") << '"' << model.outcomes[o].name << "\": " << yes;
    }
    std::cout << "}}\n";
}
