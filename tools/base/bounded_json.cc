#include "tools/base/bounded_json.h"

#include <fmt/core.h>

#include <set>
#include <string>
#include <vector>

#include "tools/base/quote.h"

namespace driftbench {
namespace {

using nlohmann::json;

/// Looks at each value as the parser meets it, without keeping it, and stops the parser where one is refused.
class LimitCheck : public nlohmann::json_sax<json> {
 public:
  const std::string& refusal() const { return refusal_; }

  bool null() override { return count(); }
  bool boolean(bool) override { return count(); }
  bool number_integer(number_integer_t) override { return count(); }
  bool number_unsigned(number_unsigned_t) override { return count(); }
  bool number_float(number_float_t, const string_t&) override { return count(); }
  bool string(string_t&) override { return count(); }
  bool binary(binary_t&) override { return count(); }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    return keys_.back().insert(name).second || refuse(fmt::format("it names {} twice in an object", in_quotes(name)));
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("it is not JSON");
  }

 private:
  bool refuse(std::string why) {
    refusal_ = std::move(why);
    return false;
  }
  bool count() {
    return ++values_ <= kMaxJsonValues || refuse(fmt::format("it has more than {} values", kMaxJsonValues));
  }
  bool open() {
    keys_.emplace_back();
    if (keys_.size() > kMaxJsonDepth) return refuse(fmt::format("it is nested more than {} deep", kMaxJsonDepth));
    return count();
  }
  bool close() {
    keys_.pop_back();
    return true;
  }

  std::vector<std::set<std::string>> keys_;  // the keys of each object or list that the parser is in
  std::size_t values_ = 0;
  std::string refusal_;
};

}  // namespace

json parse_bounded_json(std::string_view text) {
  if (text.size() > kMaxJsonBytes) throw JsonRefusal(fmt::format("it has more than {} bytes", kMaxJsonBytes));
  LimitCheck check;
  if (!json::sax_parse(text, &check)) throw JsonRefusal(check.refusal());
  return json::parse(text);
}

}  // namespace driftbench
